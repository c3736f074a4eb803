"""What the page asks of Python: fields as a person fills them, and the answer of the one call path."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from computefi import REGISTRY
from computefi.errors import Code
from computefi.hosts.page import desk as desk_module
from computefi.hosts.page.desk import Desk
from computefi.hosts.page.typed import cell, formula, literal, read, told
from computefi.spec import MISSING, call


def ask(what: str, **more: Any) -> Any:
    return json.loads(Desk().answer(json.dumps({"ask": what, **more})))


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("70", ".", 70.0), (" -3E-2 ", ".", -0.03), ("1,234.5", ".", 1234.5), ("1.234,5", ",", 1234.5),
        ("0,051", ",", 0.051), ("5.1%", ".", 0.051), ("5 %", ".", 0.05), ("(1,234)", ".", -1234.0),
        ("$1,000", ".", 1000.0), ("€ 12", ".", 12.0), ("−4", ".", -4.0), ("1 234", ".", "1 234"), ("1,5", ".", "1,5"),
        ("1,2,3", ".", "1,2,3"), ("12,34.5", ".", "12,34.5"), ("1.5", ",", "1.5"), (".", ".", "."),
        ("1e400", ".", "1e400"), ("true", ".", True), ("#n/a", ".", Code.NA),
        ("2026-07-01", ".", dt.datetime(2026, 7, 1)), ("2026-13-01", ".", "2026-13-01"), ("", ".", None),
        ("us+uk", ".", "us+uk"),
    ],
)  # fmt: skip
def test_a_cell_is_read_as_it_is_shown_and_never_guessed(text: str, mark: str, value: Any) -> None:
    found = cell(text, mark)
    assert (type(found), found) == (type(value), value)


def test_a_range_is_what_excel_copies() -> None:
    assert read("") is MISSING
    assert read("  ") is MISSING
    assert read("1\t2\r\n3\t\r\n") == ((1.0, 2.0), (3.0, None))
    assert read('"two\nlines"\t5%\n') == (("two\nlines", 0.05),)
    assert read("1\n\n3") == ((1.0,), (None,), (3.0,))
    assert read("1\t2\n3") == ((1.0, 2.0), (3.0, None))


def test_a_field_says_how_it_was_read() -> None:
    assert told(read("1\t\n#N/A\tx")) == {
        "kind": "range", "rows": 2, "columns": 2, "first": "1",
        "counts": {"number": 1, "blank": 1, "error": 1, "text": 1},
    }  # fmt: skip
    assert told(read("5%"))["first"] == "0.05"
    assert told(MISSING) == {"kind": "missing"}


def test_the_formula_is_one_that_excel_takes() -> None:
    given = [70.0, MISSING, ((0.1, Code.NA), (True, 'a"b')), dt.datetime(2026, 7, 1), MISSING]
    assert formula("CFI_X", given) == '=CFI_X(70,,{0.1,#N/A;TRUE,"a""b"},46204)'
    assert formula("CFI_X", [((1.0, None),)]) == ""
    assert formula("CFI_X", [tuple((0.123456789,) for _ in range(900))]) == ""
    assert literal(1e-7) == "1e-07"


@pytest.mark.parametrize("name", REGISTRY)
def test_the_form_of_every_function_gives_its_example(name: str) -> None:
    (described,) = [one for one in FUNCTIONS if one["name"] == name]
    answer = ask("call", name=name, arguments=described["example"])
    expected = call(REGISTRY[name], REGISTRY[name].examples[0].arguments)
    assert answer["cells"] == [[c.value if isinstance(c, Code) else c for c in row] for row in expected.cells()]
    assert len(answer["heads"]) in (0, len(answer["cells"][0]))
    assert answer["formula"].startswith(f"={name}(") or "" in answer["formula"]


FUNCTIONS = ask("functions")["functions"]


def test_a_failure_says_its_reason() -> None:
    answer = ask("call", name="CFI_LTV", arguments=["70", "0", ""])
    assert answer["cells"] == [[{"error": "#DIV/0!"}]]
    assert answer["reasons"] == ["value must not be 0"]
    assert answer["formula"] == "=CFI_LTV(70,0)"
    assert ask("call", name="CFI_LTV", arguments=["1,5", "100"])["reasons"]


def test_a_pasted_range_answers_cell_by_cell_with_a_reason_for_each_failure() -> None:
    answer = ask("call", name="CFI_LTV", arguments=["70\n80\n90", "100\n0\n"])
    assert answer["reasons"]
    answer = ask("call", name="CFI_LTV", arguments=["70\n80\n90", "100\n0\n50"])
    assert answer["cells"] == [[0.7], [{"error": "#DIV/0!"}], [1.8]]
    assert answer["reasons"] == ["value must not be 0 at row 2"]


def test_steps_end_with_the_answer() -> None:
    answer = ask("call", name="CFI_CORR_LTV", arguments=["70", "100", "0.05", "0.5", "0.4", "1"])
    assert answer["steps"][-1] == ["CFI_CORR_LTV", answer["cells"][0][0]]
    assert ask("call", name="CFI_LTV", arguments=["70\n80", "100"])["steps"] == []


def test_an_answer_does_not_suffer_from_a_fault_in_its_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(desk_module, "REGISTRY", {"CFI_STEPS": None})
    monkeypatch.setattr(desk_module, "call", lambda spec, values: broken() if spec is None else call(spec, values))
    answer = ask("call", name="CFI_CORR_LTV", arguments=["70", "100", "0.05", "0.5", "0.4", "1"])
    assert (answer["steps"], answer["reasons"]) == ([], [])
    assert answer["cells"][0][0] > 1


def test_a_chart_is_the_function_itself() -> None:
    arguments = ["70", "100", "0.05", "0.5", "0.4", "1"]
    line = ask("chart", name="CFI_CORR_LTV", arguments=arguments, parameter=3)
    assert (line["x"][0], line["x"][-1], line["at"]) == (-1.0, 1.0, 0.5)
    for x, y in zip(line["x"][::10], line["y"][::10], strict=True):
        assert call(REGISTRY["CFI_CORR_LTV"], [70, 100, 0.05, x, 0.4, 1]).cells() == [[y]]
    assert ask("chart", name="CFI_IRB_RW", arguments=["0.01", "0.45"], parameter=0)["x"][0] > 0
    assert ask("chart", name="CFI_LTV", arguments=["70", "100"], parameter=1)["y"][0] is None
    assert ask("chart", name="CFI_LTV", arguments=["70", "text"], parameter=1)["x"] == []
    assert ask("chart", name="CFI_LTV", arguments=["70\n80", "100"], parameter=1)["x"] == []


def test_what_no_function_has_is_refused_in_words() -> None:
    assert "refused" in ask("call", name="CFI_NO_SUCH", arguments=[])


def test_too_many_fields_are_a_reason() -> None:
    assert ask("call", name="CFI_LTV", arguments=["1", "2", "0", "4"])["reasons"]
