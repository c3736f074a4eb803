"""The second half of a call: the rules, the model on the cases that pass, and why the others fail."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from computefi.errors import Code, ModelError
from computefi.spec.binding import Binding, axes_of, places_of, spread
from computefi.spec.convert import FIRST_OTHER, NOT_FINITE, OUTSIDE, ZERO, Argument, is_text
from computefi.spec.declaration import Spec
from computefi.spec.kinds import Rule
from computefi.spec.outcome import CODE_NUMBER, CodeArray, Outcome, failed, final, unfit


def run(spec: Spec, group: list[Binding]) -> list[Outcome]:
    """Check and run calls of one shape together, then give each its part."""
    cases = sum(binding.cases for binding in group)
    arguments = _stack(spec, group)
    broken = _broken(group, cases)
    ruled = np.zeros(cases, dtype=np.uint8)
    otherwise = spec.nan[1].code
    with np.errstate(all="ignore"):
        good = _apply_rules(spec, arguments, broken == 0, ruled)
        try:
            answer = _model(spec, arguments, good, _blank_answer(group[0], cases))
        except ModelError as error:
            if len(group) > 1:  # the fault of one call is not the others'
                return [outcome for binding in group for outcome in run(spec, [binding])]
            if good.all() or spec.result.rows:
                return [failed(error, _blank_answer(group[0], cases))]
            answer = np.full(_blank_answer(group[0], cases), np.nan)  # cases refused before it keep their own reason
            otherwise = error.code
    codes = _codes(spec, answer, broken, ruled, otherwise)
    outcomes, start = [], 0
    for binding in group:
        rows = slice(start, start + binding.cases) if not spec.result.rows else slice(None)
        values, mine = answer[rows], None if codes is None else codes[rows]
        if spec.result.single:
            values = values.reshape(binding.out)
            mine = None if mine is None else mine.reshape(binding.out)
        if mine is not None and not mine.any():
            mine = None
        explain = None if mine is None else functools.partial(_explain, binding, ruled[start : start + binding.cases])
        outcomes.append(Outcome(values, mine, explain))
        start += binding.cases
    return outcomes


def _stack(spec: Spec, group: list[Binding]) -> dict[str, Any]:
    """The model's arguments by name: the calls one below the other."""
    arguments: dict[str, Any] = {}
    words = iter(group[0].words)
    place = 0
    for parameter in spec.parameters:
        if is_text(parameter):
            arguments[parameter.name] = next(words)
            continue
        parts = [binding.numbers[place] for binding in group]
        place += 1
        if len(group) == 1 or axes_of(parameter) == 2:
            arguments[parameter.name] = spread(group[0], parts[0], parts[0].numbers)
        elif all(part is parts[0] for part in parts) and all(binding.cases == 1 for binding in group):
            shared = spread(group[0], parts[0], parts[0].numbers)  # one range read by all, as in a grid of calls
            arguments[parameter.name] = np.broadcast_to(shared, (len(group), *shared.shape[1:]))
        else:
            spreads = [spread(binding, part, part.numbers) for binding, part in zip(group, parts, strict=True)]
            arguments[parameter.name] = np.concatenate(spreads)
    return arguments


def _broken(group: list[Binding], cases: int) -> CodeArray:
    """The code number of each case whose arguments are at fault; an incoming error goes before all else."""
    broken = np.zeros(cases, dtype=np.uint8)
    start = 0
    for binding in group:
        mine = broken[start : start + binding.cases]
        start += binding.cases
        faulty = [c for c in binding.numbers if c.faults is not None]
        for incoming in (True, False):
            for argument in faulty:
                assert argument.faults is not None
                faults = spread(binding, argument, argument.faults)
                if faults.ndim == 2:
                    faults = faults.reshape(1, -1) if axes_of(argument.parameter) == 2 else faults
                    faults = _first_fault(faults, incoming)
                chosen = (mine == 0) & (faults > 0) & ((faults < FIRST_OTHER) == incoming)
                mine[chosen] = CODE_OF_FAULT[np.broadcast_to(faults, mine.shape)[chosen]]
    return broken


def _first_fault(faults: NDArray[np.uint8], incoming: bool) -> NDArray[np.uint8]:
    """The first fault of each series: of incoming errors, or of the others."""
    wanted = (faults > 0) & ((faults < FIRST_OTHER) == incoming)
    position = wanted.argmax(axis=1)
    picked = np.take_along_axis(faults, position[:, None], axis=1)[:, 0]
    return np.where(wanted.any(axis=1), picked, 0).astype(np.uint8)


def _code_of_fault() -> NDArray[np.uint8]:
    """Fault numbers to code numbers."""
    table = np.full(256, CODE_NUMBER[Code.VALUE], dtype=np.uint8)
    table[0] = 0
    for number in range(1, FIRST_OTHER):
        table[number] = number
    table[OUTSIDE] = table[NOT_FINITE] = CODE_NUMBER[Code.NUM]
    table[ZERO] = CODE_NUMBER[Code.DIV0]
    return table


CODE_OF_FAULT = _code_of_fault()


def _apply_rules(spec: Spec, arguments: dict[str, Any], good: NDArray[np.bool_], ruled: CodeArray) -> NDArray[np.bool_]:
    """Cases that pass every rule; the others get the number of the first rule they break."""
    for number, rule in enumerate(spec.rules, start=1):
        holds = np.asarray(rule.holds(**{name: arguments[name] for name in rule.reads}))
        if holds.ndim == 2:
            holds = np.asarray(holds.all(axis=1))
        breaks = good & ~np.broadcast_to(holds, good.shape)
        ruled[breaks] = number
        good &= ~breaks
    return good


def _blank_answer(binding: Binding, cases: int) -> tuple[int, int]:
    """The extent of an answer of which nothing is known but the shape of the arguments."""
    result = binding.spec.result
    if result.rows:  # a schedule that fails is one cell
        return 1, 1
    return cases, len(result.columns) + (max(binding.lengths.values(), default=1) if result.more else 0)


def _model(spec: Spec, arguments: dict[str, Any], good: NDArray[np.bool_], blank: tuple[int, int]) -> NDArray[Any]:
    """The model's answer for the good cases, NaN for the others, as rows of columns."""
    everything = bool(good.all())
    if not good.any():
        return np.full(blank, np.nan)
    chosen = arguments if everything else {name: _pick(spec, name, a, good) for name, a in arguments.items()}
    answer = final(spec.function(**chosen))
    if spec.result.rows:
        return answer
    answer = answer.reshape(int(good.sum()), -1)
    if everything:
        return answer
    full = np.full((len(good), answer.shape[1]), np.nan, dtype=answer.dtype)
    full[good] = answer
    return full


def _pick(spec: Spec, name: str, argument: Any, good: NDArray[np.bool_]) -> Any:
    """The good cases of one argument; a matrix and a word belong to all cases."""
    parameter = next(p for p in spec.parameters if p.name == name)
    if is_text(parameter) or axes_of(parameter) == 2:
        return argument
    return argument[good]


def _codes(spec: Spec, answer: NDArray[Any], broken: CodeArray, ruled: CodeArray, otherwise: Code) -> CodeArray | None:
    """A code number for every cell of the answer that failed; NaN and infinity never leave."""
    bad = unfit(answer)
    if not bad.any():
        return None
    codes = np.where(bad, CODE_NUMBER[otherwise], 0).astype(np.uint8)
    if spec.result.rows:
        reason = int(broken[0]) or (CODE_NUMBER[spec.rules[ruled[0] - 1].error.code] if ruled[0] else 0)
        if reason:
            codes[:] = reason
        return codes
    of_rule = np.array([0, *(CODE_NUMBER[rule.error.code] for rule in spec.rules)], dtype=np.uint8)
    reasons = np.where(broken > 0, broken, of_rule[ruled])
    codes[reasons > 0] = reasons[reasons > 0][:, None]
    return codes


def _explain(binding: Binding, ruled: CodeArray, row: int, column: int) -> ModelError:
    """Why one cell of an outcome failed: an incoming error, a faulty argument, a broken rule, or no result."""
    spec = binding.spec
    case = row * binding.out[1] + column if spec.result.single else (0 if spec.result.rows else row)
    for incoming in (True, False):
        for argument in binding.numbers:
            if argument.faults is None:
                continue
            for place in places_of(binding, argument, case):
                fault = argument.faults[place]
                if fault and (fault < FIRST_OTHER) == incoming:
                    return argument.error(*place)
    if ruled[case]:
        rule = spec.rules[ruled[case] - 1]
        holder = next(c for c in binding.numbers if c.parameter.name == rule.parameter)
        if holder.parameter.is_number:
            place = binding.row_in(holder, case)
            return rule.error(rule.parameter, rule.text, holder.got(*place), holder.where(*place))
        if entry := _entry_at_fault(binding, rule, holder, case):
            return rule.error(rule.parameter, rule.text, holder.got(*entry), holder.where(*entry))
        where = f"row {case + 1}" if binding.cases > 1 else ""
        return rule.error(rule.parameter, rule.text, None, where)
    text, error = spec.nan
    where = f"row {row + 1}" if binding.cases > 1 and binding.out[1] == 1 else ""
    if case not in binding.said:
        binding.said[case] = _fault_alone(binding, case, where)
    return binding.said[case] or error("", text, None, where)


def _entry_at_fault(binding: Binding, rule: Rule, holder: Argument, case: int) -> tuple[int, int] | None:
    """The first entry that breaks a rule which is told entry by entry."""
    given = one_case(binding, case)
    holds = np.asarray(rule.holds(**{name: given[name] for name in rule.reads}))
    places = list(places_of(binding, holder, case))
    if holds.ndim < 2 or holds.shape[1] != len(places):
        return None
    return places[int(holds[0].argmin())]


def _fault_alone(binding: Binding, case: int, where: str) -> ModelError | None:
    """What a model that raises for a whole call says of one case of many that has no answer."""
    try:
        with np.errstate(all="ignore"):
            binding.spec.function(**one_case(binding, case))
    except ModelError as error:
        return type(error)(error.parameter, error.rule, error.got, where or error.where)
    return None


def one_case(binding: Binding, case: int) -> dict[str, Any]:
    """The model's arguments by name for one case."""
    stacked = _stack(binding.spec, [binding])
    chosen = np.arange(binding.cases) == case
    return {name: _pick(binding.spec, name, argument, chosen) for name, argument in stacked.items()}
