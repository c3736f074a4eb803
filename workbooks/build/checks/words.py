"""What stays as it is in every language in checks.xlsx: names of arguments and of workings, and formulas made of them."""

from __future__ import annotations

from collections.abc import Iterator

from workbooks.build.checks.case import Case, Group
from workbooks.build.functions import words as functions_words


def _cases(groups: dict[str, tuple[Group, ...]]) -> Iterator[Case]:
    return (case for category in groups.values() for one in category for case in one.cases)


def codes(groups: dict[str, tuple[Group, ...]]) -> set[str]:
    """The names that shadow formulas use; `rk` is row k of a matrix."""
    return (
        functions_words.codes() | {"node", "weight", "rk"} | {name for case in _cases(groups) for name, _ in case.made}
    )


def kept(groups: dict[str, tuple[Group, ...]]) -> set[str]:
    """Whole texts: those of functions.xlsx, and the words that functions answer."""
    return functions_words.kept() | {str(case.expected) for case in _cases(groups) if case.words}
