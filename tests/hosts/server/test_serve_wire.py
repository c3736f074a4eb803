"""What the requests of the add-in mean, and that calls of one function are one vectorised call."""

from __future__ import annotations

import dataclasses
import json
import math
import time
from typing import Any

import numpy as np
import pytest

from computefi.errors import Code
from computefi.hosts.server import wire
from computefi.spec import REGISTRY, Spec
from serve_examples import holds, sent


def ask(*calls: list[Any], ranges: Any = ()) -> list[Any]:
    """The answers to some calls."""
    body = json.dumps({"format": 1, "ranges": list(ranges), "calls": list(calls)}).encode()
    answers: list[Any] = json.loads(wire.answer(body, 10_000))["answers"]
    return answers


def one(name: str, *arguments: Any) -> Any:
    """The answer to one call; an argument of rows goes as a range."""
    ranges = [argument for argument in arguments if isinstance(argument, list)]
    sent = [{"range": ranges.index(a)} if isinstance(a, list) else a for a in arguments]
    return ask([name, *sent], ranges=ranges)[0]


# --- what a cell means ---------------------------------------------------------------------------


def test_a_number_comes_back_as_a_number() -> None:
    assert one("LTV", 70, 100) == 0.7


def test_missing_blank_zero_and_error_are_different_things() -> None:
    assert one("LTV", 70, None) == {"error": "#VALUE!", "reason": "value must be given"}
    assert one("LTV", 70, "") == {"error": "#VALUE!", "reason": "value must be given, not blank"}
    assert one("LTV", 70, 0) == {"error": "#DIV/0!", "reason": "value must not be 0"}
    assert one("LTV", 70, {"error": "#N/A"})["error"] == "#N/A"


def test_empty_text_is_read_as_blank_because_office_js_gives_it_for_both() -> None:
    assert one("LTV", 70, 100, "") == 0.7  # an optional argument takes its default
    assert one("LTV", 70, [[100], [""]]) == [[0.7], [{"error": "#VALUE!"}]]


def test_booleans_and_text_are_not_numbers() -> None:
    assert one("LTV", True, 100)["reason"] == "loan must be a number; got TRUE"
    assert one("LTV", "70", 100)["reason"] == 'loan must be a number; got the text "70"'


@pytest.mark.parametrize("code", [code.value for code in Code])
def test_every_error_comes_out_as_itself(code: str) -> None:
    assert one("LTV", {"error": code}, 100)["error"] == code
    assert one("LTV", [[{"error": code}], [70]], 100) == [[{"error": code}], [0.7]]


def test_text_that_spells_an_error_is_text() -> None:
    assert one("LTV", "#N/A", 100)["error"] == "#VALUE!"


def test_numbers_beyond_a_double_are_refused_as_numbers() -> None:
    body = b'{"format":1,"ranges":[[[1e999],[70]]],"calls":[["LTV",1e999,1],["LTV",%s,1],["LTV",{"range":0},100]]}'
    answers = json.loads(wire.answer(body % (b"9" * 400), 10))["answers"]
    assert [a["error"] for a in answers[:2]] == ["#NUM!", "#NUM!"]
    assert answers[2] == [[{"error": "#NUM!"}], [0.7]]


def test_lone_surrogates_in_text_do_no_harm() -> None:
    body = b'{"format":1,"ranges":[],"calls":[["LTV","\\ud800",1]]}'
    assert json.loads(wire.answer(body, 10))["answers"][0]["error"] == "#VALUE!"


# --- examples --------------------------------------------------------------------------------------

EXAMPLES = [
    pytest.param(spec, i, id=f"{name}-{i}") for name, spec in REGISTRY.items() for i in range(len(spec.examples))
]


@pytest.mark.parametrize(("spec", "index"), EXAMPLES)
def test_every_declared_example_holds(spec: Spec, index: int) -> None:
    example = spec.examples[index]
    answer = one(spec.name.removeprefix("CFI_"), *map(sent, example.arguments))
    assert holds(answer["error"] if isinstance(answer, dict) else answer, example)


# --- batches ---------------------------------------------------------------------------------------


def counted(monkeypatch: pytest.MonkeyPatch, name: str) -> list[int]:
    """The number of rows of every run of a model from now on."""
    spec, runs = REGISTRY[name], []

    def function(**arguments: Any) -> Any:
        runs.append(max(np.size(a) for a in arguments.values()))
        return spec.function(**arguments)

    monkeypatch.setitem(REGISTRY, name, dataclasses.replace(spec, function=function))
    return runs


def test_calls_of_one_function_are_one_run_of_its_model(monkeypatch: pytest.MonkeyPatch) -> None:
    ltv, both = counted(monkeypatch, "CFI_LTV"), counted(monkeypatch, "CFI_PD_BOTH")
    calls = [call for i in range(500) for call in (["LTV", i, 1000], ["PD_BOTH", (i + 1) / 1000, 0.1, 0.5])]
    answers = ask(*calls)
    assert answers[::2] == [i / 1000 for i in range(500)]
    assert answers[1::2] == sorted(answers[1::2])
    assert (ltv, both) == ([500], [500])


@pytest.mark.parametrize("name", ["LTV", "CORR_LTV", "WRONG_WAY", "GPU_VALUE", "RATING_PD", "AMORTISE", "LLCR"])
def test_a_call_means_the_same_alone_and_in_a_batch(name: str) -> None:
    base = list(REGISTRY[f"CFI_{name}"].examples[0].arguments)
    base = [70.0 if isinstance(argument, tuple) else argument for argument in base]
    cells = [70, 0.5, 0, -1, 10**400, "", "x", True, None, {"error": "#N/A"}]
    calls = [[name, *base[:place], cell, *base[place + 1 :]] for place in range(len(base)) for cell in cells]
    calls += [[name, *base], [name, *base[:-1]], [name, *base, *[None] * 3], [name, *base, *[1] * 30]] * 2
    for answer, call in zip(ask(*calls), calls, strict=True):
        alone = ask(call)[0]
        if isinstance(alone, dict):
            assert answer == alone
        else:
            assert alike(answer, alone)


def alike(one: Any, other: Any) -> bool:
    """Equal up to the last bits, which may depend on how many numbers are computed together."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    return bool(one == other if isinstance(one, dict) else one == pytest.approx(other, rel=1e-12))


def test_where_some_of_many_cells_fail_each_says_why() -> None:
    answers = ask(*[["LTV", 70, i % 3] for i in range(300)])
    assert answers == [{"error": "#DIV/0!", "reason": "value must not be 0"}, 70.0, 35.0] * 100


def test_a_range_that_many_calls_read_is_one_object() -> None:
    body = json.dumps({"format": 1, "ranges": [[[1], [2]]], "calls": [["A", {"range": 0}], ["B", {"range": 0}]]})
    first, second = wire.read_calls(body.encode(), 10)
    assert first.arguments[0] is second.arguments[0]


def test_answers_keep_the_order_of_the_calls_and_one_bad_call_fails_alone() -> None:
    answers = ask(["LTV", 1, 2], ["NO_SUCH", 1], ["LLCR", 1], ["LTV", 1, 0], ["LTV", *[1] * 30], ["LTV", 3, 4])
    assert [a if isinstance(a, float) else a["error"] for a in answers] == [
        0.5, "#NAME?", "#VALUE!", "#DIV/0!", "#VALUE!", 0.75,
    ]  # fmt: skip
    assert answers[1]["reason"] == "the server has no function of that name: reload the add-in"


def test_no_calls_have_no_answers() -> None:
    assert ask() == []


def test_rows_of_unequal_length_and_empty_ranges_fail_alone() -> None:
    assert one("LTV", [[1, 2], [3]], 100)["reason"] == "loan must have rows of one length"
    assert one("LTV", [], 100)["reason"] == "loan must not be empty"
    assert one("LTV", [[]], 100)["reason"] == "loan must not be empty"
    assert one("LTV", [[1, 2], []], 100)["error"] == "#VALUE!"


def test_a_grid_too_large_for_the_memory_is_refused() -> None:
    row, column = [[1.0] * 16_000], [[1.0]] * 16_000
    answer = one("LTV", row, column)
    assert answer["error"] == "#VALUE!"
    assert answer["reason"] == "the ranges ask for 256,000,000 results; at most 2,000,000"
    assert one("WHY", "LTV", row, column)["error"] == "#VALUE!"
    assert one("WHY", "WHY", "LTV", row, column)["error"] == "#VALUE!"
    assert one("LLCR", column, [[50.0]] * 16_000, 0.1)["error"] == "#VALUE!"  # 16,000 cases of 16,000 periods


def test_many_calls_on_one_large_range_are_cut_into_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "MOST_ROWS", 1_000)
    runs = counted(monkeypatch, "CFI_LTV")
    answers = ask(*[["LTV", {"range": 0}, i + 1] for i in range(10)], ranges=[[[1.0]] * 300])
    assert runs == [900, 900, 900, 300]
    assert [answer[299][0] for answer in answers] == [1 / (i + 1) for i in range(10)]


def test_a_model_that_breaks_takes_no_other_call_with_it(monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    spec = REGISTRY["CFI_LTV"]

    def function(**arguments: Any) -> Any:
        if (arguments["loan"] == 13).any():
            raise RuntimeError("secret")
        return spec.function(**arguments)

    monkeypatch.setitem(REGISTRY, "CFI_LTV", dataclasses.replace(spec, function=function))
    answers = ask(["LTV", 1, 2], ["LTV", 13, 2], ["LTV", 3, 2])
    assert (answers[0], answers[2]) == (0.5, 1.5)
    assert answers[1] == {"error": "#VALUE!", "reason": "the server failed on this call; its log says why"}
    assert "secret" in caplog.text


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_nan_and_infinity_never_leave(monkeypatch: pytest.MonkeyPatch, value: float) -> None:
    spec = REGISTRY["CFI_LTV"]
    broken = dataclasses.replace(spec, function=lambda **a: np.full_like(a["loan"], value))
    monkeypatch.setitem(REGISTRY, "CFI_LTV", broken)
    assert one("LTV", 70, 100)["error"] == "#NUM!"
    assert one("LTV", [[1], [2]], 100) == [[{"error": "#NUM!"}]] * 2


def test_a_batch_that_takes_too_long_is_given_up() -> None:
    body = json.dumps({"format": 1, "ranges": [], "calls": [["LTV", 1, 2]]}).encode()
    with pytest.raises(wire.TimeUp):
        wire.run(wire.read_calls(body, 10), time.monotonic() - 1)


# --- requests that cannot be read ----------------------------------------------------------------------

BAD = {
    b"": "is not JSON",
    b"\xff": "is not JSON",
    b"{": "is not JSON",
    "[1]".encode("utf-16"): "is not JSON",
    b"[" * 100_000: "is nested too deeply",
    b'{"format":1,"ranges":[],"calls":[["LTV",NaN,1]]}': "is not JSON: NaN is no number there",
    b'{"format":1,"ranges":[[[-Infinity]]],"calls":[]}': "is not JSON: -Infinity is no number there",
    b'{"format":1,"ranges":[],"calls":[["LTV",' + b"9" * 5000 + b"]]}": "is not JSON",
    b"[]": 'must be an object of "format", "ranges" and "calls"',
    b'{"format":1,"calls":[]}': 'must be an object of "format", "ranges" and "calls"',
    b'{"format":2,"ranges":[],"calls":[]}': "format must be 1",
    b'{"format":1,"ranges":{},"calls":[]}': "ranges and calls must be lists",
    b'{"format":1,"ranges":[],"calls":"LTV"}': "ranges and calls must be lists",
    b'{"format":1,"ranges":[3],"calls":[]}': "ranges[0] must be a list of rows",
    b'{"format":1,"ranges":[[1,2]],"calls":[]}': "ranges[0] must be a list of rows",
    b'{"format":1,"ranges":[[[[1]]]],"calls":[]}': "ranges[0] holds what is no cell",
    b'{"format":1,"ranges":[],"calls":[7]}': "calls[0] must be a list that starts with the name",
    b'{"format":1,"ranges":[],"calls":[[]]}': "calls[0] must be a list that starts with the name",
    b'{"format":1,"ranges":[],"calls":[[["LTV"]]]}': "calls[0] must be a list that starts with the name",
    b'{"format":1,"ranges":[],"calls":[["LTV",{"range":0}]]}': "calls[0] names a range that is not there",
    b'{"format":1,"ranges":[[[1]]],"calls":[["LTV",{"range":-1}]]}': "calls[0] names a range that is not there",
    b'{"format":1,"ranges":[[[1]]],"calls":[["LTV",{"range":true}]]}': "calls[0] names a range that is not there",
    b'{"format":1,"ranges":[],"calls":[["LTV",{"error":"oops"}]]}': "calls[0] holds what is no cell",
    b'{"format":1,"ranges":[],"calls":[["LTV",{"error":["#N/A"]}]]}': "calls[0] holds what is no cell",
    b'{"format":1,"ranges":[],"calls":[["LTV",{}]]}': "calls[0] holds what is no cell",
    b'{"format":1,"ranges":[],"calls":[["LTV",[[1]]]]}': "calls[0] holds what is no cell",
    b'{"format":1,"ranges":[],"calls":[["A"],["A"],["A"],["A"]]}': "must hold at most 3 calls; got 4",
}


@pytest.mark.parametrize("body", BAD, ids=range(len(BAD)))
def test_a_request_that_cannot_be_read_is_refused_with_a_reason(body: bytes) -> None:
    with pytest.raises(wire.BadRequest) as refusal:
        wire.answer(body, 3)
    assert str(refusal.value).startswith(BAD[body])
