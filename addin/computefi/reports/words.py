"""The words of the reports, in English and Chinese.

Words("zh")("{count} checks", count=3)   →   "3 项检查"
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "zh")
CHINESE = Path(__file__).with_name("words_zh.json")


class Words:
    """Texts in one language; what has no Chinese stays as it is, such as a name or a text of the workbook itself."""

    def __init__(self, language: str) -> None:
        self.language = language
        known: dict[str, str] = json.loads(CHINESE.read_text(encoding="utf-8")) if language == "zh" else {}
        self._known = known

    def __call__(self, text: str, **values: Any) -> str:
        said = self._known.get(text, text)
        return said.format(**values) if values else said
