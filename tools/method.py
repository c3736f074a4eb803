"""The pages of the model document that are computed: sensitivities, challenger models and the record, changes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.integrate import quad
from scipy.special import ndtr, ndtri

import computefi
from computefi.spec import REGISTRY, Kind, Parameter, Spec
from computefi.spec.kinds import Raw
from tools.markdown import NOTE, code, table
from tools.pages import linked

ROOT = Path(__file__).resolve().parents[1]
FUNCTIONS = "../functions/"
# Each headline function, the number of its answer that is meant, and how that is called.
HEADLINES = {
    "CFI_DEAL_LOSS": (0, "expected loss"),
    "CFI_PACKAGE_LTV": (0, "package LTV"),
    "CFI_STRESS_LGD": (0, "stress LGD"),
    "CFI_CORR_LTV": (0, "correlation-adjusted LTV"),
    "CFI_CORR_LGD": (0, "loss given default"),
    "CFI_CORR_ADVANCE": (0, "advance rate"),
    "CFI_DEAL_LOSS_PATH": (0, "loss through life"),
    "CFI_DRIVER_PD": (0, "probability of default"),
    "CFI_DRIVER_RHO": (0, "correlation"),
    "CFI_GPU_VALUE": (0, "value of a unit"),
    "CFI_LLCR": (0, "loan life cover"),
    "CFI_DEBT_CAPACITY": (0, "debt capacity"),
    "CFI_BOOK_LOSS": (3, "expected shortfall of a book"),
}
STEP = 0.1


class Swing(NamedTuple):
    """What an answer becomes when one argument goes down and up, as a share of the answer."""

    argument: str
    low: float
    high: float

    @property
    def width(self) -> float:
        return abs(self.high - self.low)


# -- sensitivities
def sensitivity_page() -> str:
    """Every headline function at its first example, its arguments in the order of what they move."""
    parts = [
        f"{NOTE}# Sensitivity of the headline functions\n\nOne argument at a time moves by a tenth of itself, a "
        "correlation by 0.1, and what stays 0 or blank in the example is left out. What moves the answer most stands "
        "first: that is where a reviewer begins. The ranking holds at the example; a workbook of yours is ranked at "
        "its own numbers by its tornado, or by `computefi.plot.tornado`.\n",
        f"## In one line each\n\n{ranking()}",
    ]
    for name, (place, meaning) in HEADLINES.items():
        spec = REGISTRY[name]
        rows = [[code(s.argument), percent(s.low), percent(s.high), percent(s.width)] for s in swings(spec, place)]
        header = ["Argument", "Down", "Up", "Between"]
        parts.append(
            f"## {name}\n\n{linked(name, '', FUNCTIONS)} at {code(spec.formula(spec.examples[0]))}: the {meaning} is "
            f"{computed(spec, spec.examples[0].arguments, place):.4g}.\n\n" + table(header, rows)
        )
    return "\n".join(parts)


def ranking() -> str:
    """The three arguments that each headline function hangs on most."""
    rows = []
    for name, (place, meaning) in HEADLINES.items():
        first = swings(REGISTRY[name], place)[:3]
        rows.append([linked(name, "", FUNCTIONS), meaning, *(f"{code(s.argument)} {percent(s.width)}" for s in first)])
    return table(["Function", "Answer", "First", "Second", "Third"], rows)


def swings(spec: Spec, place: int) -> list[Swing]:
    """What each argument of the first example moves, the widest first."""
    given = list(spec.examples[0].arguments)
    base = computed(spec, given, place)
    found = []
    for at, parameter in enumerate(spec.parameters[: len(given)]):
        if not is_assumption(parameter) or not moves(given[at]):
            continue
        ends = [computed(spec, [*given[:at], moved(parameter, given[at], way), *given[at + 1 :]], place)
                for way in (-1, 1)]  # fmt: skip
        found.append(Swing(parameter.name, *(end / base - 1 for end in ends)))
    return sorted(found, key=lambda swing: -swing.width)


def is_assumption(parameter: Parameter) -> bool:
    """Not a word, a cell as it is, a row or a count, nor the level at which a question is asked."""
    kind = parameter.kind
    told = isinstance(kind, Kind) and not kind.whole and kind.name != "confidence"
    return told and not isinstance(parameter.shape, Raw)


def moves(value: Any) -> bool:
    return value is not None and not isinstance(value, (str, bool)) and bool(np.any(np.asarray(value, float)))


def moved(parameter: Parameter, value: Any, way: int) -> Any:
    """An argument a step away, within its bounds."""
    kind = parameter.kind
    assert isinstance(kind, Kind)
    number = np.asarray(value, float)
    correlation = kind.low == -1 and kind.high == 1
    further = number + STEP * way * (number != 0) if correlation else number * (1 + STEP * way)
    return np.clip(further, kind.low, kind.high)


def computed(spec: Spec, arguments: Sequence[Any], place: int) -> float:
    return float(np.ravel(getattr(computefi, spec.python_name)(*arguments))[place])


def percent(share: float) -> str:
    return f"{share:+.1%}" if share else "0"


# -- challengers
class Deal(NamedTuple):
    """A loan of demonstration: docs/method/models.md §3.5."""

    name: str
    loan: float
    pd: float
    rho: float
    volatility: float
    drift: float
    sale_cost: float = 0.25


DEALS = (
    Deal("ComputeFi, contracted", 90, 0.017181, 0.202609, 0.30, -0.26),
    Deal("Mixed, 60% contracted", 80, 0.049920, 0.609355, 0.30, -0.26),
    Deal("GPU on demand", 71.42, 0.239392, 0.682053, 0.30, -0.26),
    Deal("MinerFi", 60, 0.254364, 0.842544, 0.90, -0.30),
)


def frye_lgd(deal: Deal) -> float:
    """Loss given default with a normal collateral of the same mean and volatility (Frye, Collateral damage, 2000)."""
    mean, threshold = 100 * np.exp(deal.drift), ndtri(deal.pd)
    least = deal.loan / (1 - deal.sale_cost)
    spread, across = mean * deal.volatility, np.sqrt(1 - deal.rho**2)
    depth = (least - mean) / spread
    loss, _ = quad(
        lambda z: (
            (1 - max(mean + spread * z, 0.0) / least)
            * np.exp(-z * z / 2)
            / np.sqrt(2 * np.pi)
            * ndtr((threshold - deal.rho * z) / across)
        ),
        -10, depth, points=[min(-mean / spread, depth)],
    )  # fmt: skip
    return float(loss / deal.pd)


def comparison_page() -> str:
    """The measure beside what a desk would use instead, and beside the record."""
    header = ["Deal", "LTV", "LGD, no correlation", "LGD of the model", "Frye", "Basel F-IRB", "EL of the model",
              "Rank by LTV"]  # fmt: skip
    by_ltv = sorted(DEALS, key=lambda deal: deal.loan)
    rows = []
    for deal in DEALS:
        terms = (deal.volatility, 1, deal.drift, deal.sale_cost)
        free, said = (float(computefi.corr_lgd(deal.loan, 100, deal.pd, rho, *terms)) for rho in (0.0, deal.rho))
        basel = float(computefi.firb_lgd(deal.loan, 100))
        rank = ["safest", "second", "third", "weakest"][by_ltv.index(deal)]
        lgds = [f"{lgd:.1%}" for lgd in (free, said, frye_lgd(deal), basel)]
        rows.append([deal.name, f"{deal.loan:.0f}%", *lgds, f"{deal.pd * said:.2%}", rank])
    return (
        f"{NOTE}# Challenger models and the record\n\n## Challengers\n\nThe four deals of "
        "[models §3.5](models.md#35-driver-formula-one-formula-two-deals), whose parameters are demonstrations, by the "
        "loss given default of a market sale in one year. In `compare.xlsx` loans of such names stand on the terms on "
        "record, with their own cover, reserve and contracts, and lose what is said there.\n\n"
        + table(header, rows)
        + "\n"
        "- **LTV alone** ranks the deals the other way round: the contracted loan is the weakest, the miner's the "
        "safest. It knows neither who repays nor what falls with him.\n"
        "- **Frye** draws the collateral from a normal distribution of the same mean and volatility. Where the "
        "volatility is high, his collateral reaches 0 (it is cut off there) and loses more than a lognormal one.\n"
        "- **Basel's F-IRB LGD** for other physical collateral ("
        + linked("CFI_FIRB_LGD", "", FUNCTIONS)
        + ") knows the ratio and nothing of correlation; it would also ask for liquid markets and observable prices, "
        "which chips hardly have.\n\n## The record\n\nWhat the model says of the miner's machines on the day of "
        "default, and what became of machines in 2022. The parameters were informed by that cycle: this compares; it "
        "is not a test out of sample.\n\n" + table(["", "Share of the value before"], record())
    )


def record() -> list[list[str]]:
    """Values kept in default: the model's, and those on public record (the page of facts has the sources)."""
    miner = DEALS[-1]
    terms = (miner.volatility, 1, miner.drift)
    said, free = (float(computefi.value_in_default(100, miner.pd, rho, *terms)) / 100 for rho in (miner.rho, 0.0))
    index = 15.71 / 119.25
    return [
        ["the model, given default", f"{said:.1%}"],
        ["the model, without correlation", f"{free:.1%}"],
        ["IREN's two vehicles: 65 to 70 for 3.8 EH/s in November 2022, over an index of 90 in spring", "19% to 20%"],
        ["index of machines under 38 J/TH, May 2021 to December 2022: 119.25 to 15.71 $/TH", f"{index:.1%}"],
        ["Celsius' forced sales of January 2023 beside the index of their day", "36% to 55%"],
        ["Bitfarms' settlement with its lender, of the claim", "36.9%"],
    ]


# -- changes
def changes_page() -> str:
    """What the changelog says of each function."""
    entries = re.findall(r"^- (.*)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    said: dict[str, list[str]] = {name: [] for name in REGISTRY}
    for entry in entries:
        fresh = entry.startswith("New")
        for sentence in re.split(r"(?<=[.;]) (?=[A-Z])", entry):
            for name in named(sentence):
                words = "new" if fresh else sentence
                if words not in said[name]:
                    said[name].append(words)
    rows = [[linked(name, "", FUNCTIONS), "; ".join(map(plain, texts))] for name, texts in said.items() if texts]
    quiet = ", ".join(linked(name, "", FUNCTIONS) for name, texts in said.items() if not texts)
    return (
        f"{NOTE}# Changes by function\n\nOut of the [changelog](../changelog.md), the newest first. What changes a "
        "number is told there before a release; [the policy](index.md#change-policy) says how.\n\n"
        + table(["Function", "Changes"], rows)
        + f"\nAs first published: {quiet}.\n"
    )


def named(text: str) -> list[str]:
    """The functions that a sentence names, as CFI_DEAL_LOSS or DEAL_LOSS."""
    words = re.findall(r"\b(?:CFI_([A-Z][A-Z0-9_]*)|([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+))", text)
    return [name for name in dict.fromkeys(f"CFI_{whole or bare}" for whole, bare in words) if name in REGISTRY]


def plain(text: str) -> str:
    return re.sub(r"([*_<])", r"\\\1", text.replace("`", "")).rstrip(".;")


def pages() -> dict[str, str]:
    """Every computed page by its file name."""
    return {"sensitivity.md": sensitivity_page(), "comparison.md": comparison_page(), "changes.md": changes_page()}
