"""The comparison of deals: sliders as inputs of the workbook, and its cells under them.

deals.settings("ondemand", {"haircut": 0.4})   →   {"sale_cost_gpu": 0.4}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from computefi.errors import Code
from computefi.hosts.page.sheet import Sheet

CONTRACTED, DSCR, RENTS = "contracted", "dscr", "rents"
# A slider, and the input of the workbook for a kind of collateral that it is.
PARAMETERS = {"rho_market": "corr_market", "rho_contract": "corr_contract", "haircut": "sale_cost"}
BOUNDS = {
    CONTRACTED: (0.0, 1.0), DSCR: (0.4, 3.0), "rho_market": (0.0, 1.0), "rho_contract": (0.0, 1.0),
    "haircut": (0.0, 0.9), RENTS: (-0.9, 1.0),
}  # fmt: skip
CURVES = ("deal_loss", "stress_lgd")


def inputs_of(deals: Iterable[Mapping[str, Any]]) -> list[str]:
    """The inputs of the workbook that sliders move."""
    names = []
    for deal in deals:
        names += [f"operating_cost_{deal['key']}", f"market_revenue_{deal['key']}"]
        names += [f"{what}_contract_{number}" for number in deal["contracts"] for what in ("fleet", "revenue")]
        names += [f"{name}_{deal['collateral']}" for name in PARAMETERS.values()]
    return list(dict.fromkeys(names))


def outputs_of(deals: Iterable[Mapping[str, Any]]) -> list[str]:
    """What sliders and curves read besides the table."""
    return [f"{name}_{deal['key']}" for deal in deals for name in ("own_dscr", *CURVES)]


class Deals:
    """The deals of a workbook, computed under other inputs."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.sheet = Sheet(data["sheet"])
        self.deals = {deal["key"]: deal for deal in data["deals"]}
        self.quick = [row["cells"] for row in data["rows"] if not row["slow"]]
        self.all = [row["cells"] for row in data["rows"]]

    def described(self) -> list[dict[str, Any]]:
        """Each deal with where its sliders stand and how far they go; those of nothing are not there."""
        return [{"key": key, "sliders": {name: [*BOUNDS[name], at] for name, at in self.start(key).items()}}
                for key in self.deals]  # fmt: skip

    def start(self, key: str) -> dict[str, float]:
        """Where the sliders of a deal stand in the workbook."""
        deal = self.deals[key]
        fleet = sum(self.input(f"fleet_contract_{number}") for number in deal["contracts"])
        found = {CONTRACTED: min(fleet, 1.0), DSCR: self.one(f"own_dscr_{key}", {}), RENTS: 0.0}
        found |= {name: self.input(f"{own}_{deal['collateral']}") for name, own in PARAMETERS.items()}
        if not fleet:
            del found[CONTRACTED]
        if not self.input(f"market_revenue_{key}"):
            del found[RENTS]
        return {name: found[name] for name in BOUNDS if isinstance(found.get(name), float)}

    def input(self, name: str) -> Any:
        """An input as it stands in the workbook."""
        return self.sheet.start[self.sheet.places[name][0]] or 0.0

    def one(self, name: str, settings: Mapping[str, float]) -> Any:
        return self.sheet.ask(settings, [name])[name][0]

    def settings(self, key: str, moved: Mapping[str, float]) -> dict[str, float]:
        """The inputs of the workbook that stand for the sliders of a deal that were moved."""
        deal, start = self.deals[key], self.start(key)
        moved = {
            name: min(max(value, BOUNDS[name][0]), BOUNDS[name][1]) for name, value in moved.items() if name in start
        }
        settings = {
            f"{PARAMETERS[name]}_{deal['collateral']}": value for name, value in moved.items() if name in PARAMETERS
        }
        if RENTS in moved:
            settings[f"market_revenue_{key}"] = self.input(f"market_revenue_{key}") * (1 + moved[RENTS])
        if CONTRACTED in moved:
            factor = moved[CONTRACTED] / start[CONTRACTED]
            for number in deal["contracts"]:
                for name in (f"fleet_contract_{number}", f"revenue_contract_{number}"):
                    settings[name] = self.input(name) * factor
        if DSCR in moved:
            settings |= self._cost_for(key, moved[DSCR], settings)
        return settings

    def _cost_for(self, key: str, wanted: float, settings: Mapping[str, float]) -> dict[str, float]:
        """The operating cost that gives a DSCR in the first year, on which it falls in a line; never below 0."""
        name, answer = f"operating_cost_{key}", f"own_dscr_{key}"
        cost = self.input(name)
        here, there = (self.one(answer, {**settings, name: at}) for at in (cost, cost + 1.0))
        if not isinstance(here, float) or not isinstance(there, float) or here == there:
            return {}
        return {name: max(0.0, cost + (wanted - here) / (there - here))}

    def rows(self, settings: Mapping[str, float], whole: bool) -> list[list[Any]]:
        """The cells of the table, row by row."""
        names = self.all if whole else self.quick
        found = self.sheet.ask(settings, list(dict.fromkeys(name for row in names for name in row)))
        return [[plain(found[name][0]) for name in row] for row in names]

    def point(self, key: str, moved: Mapping[str, float]) -> list[Any]:
        """The curves of a deal with its sliders at one place."""
        names: Sequence[str] = [f"{name}_{key}" for name in CURVES]
        found = self.sheet.ask(self.settings(key, moved), names)
        return [plain(found[name][0]) for name in names]


def plain(value: Any) -> Any:
    """A cell as data."""
    return {"error": value.value} if isinstance(value, Code) else value
