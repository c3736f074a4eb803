"""Escaping, against the standard library's."""

from __future__ import annotations

from xml.sax import saxutils

from hypothesis import given
from hypothesis import strategies as st

from computefi.xlsx import markup

TEXTS = st.text(st.sampled_from("a&<>\"'\n\r\t é"), max_size=12)


@given(TEXTS)
def test_content(text: str) -> None:
    assert markup.escape(text) == saxutils.escape(text)


@given(TEXTS)
def test_attributes(text: str) -> None:
    assert markup.quoteattr(text) == saxutils.quoteattr(text)
