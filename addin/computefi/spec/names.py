"""From the name of a sheet function to its declaration: ltv, CFI_LTV and CFI.LTV are one."""

from __future__ import annotations

from collections.abc import Mapping

from computefi.errors import InputError, quoted
from computefi.spec.declaration import PREFIX, REGISTRY, Spec


class UnknownFunction(InputError):
    """No sheet function has that name; `near` are those whose names are like it."""

    def __init__(self, name: str, near: list[str]) -> None:
        hint = f", such as {', '.join(near)}" if near else ""
        super().__init__("name", f"must be a CFI function{hint}", quoted(name))
        self.near = near


def find(name: str, among: Mapping[str, Spec] = REGISTRY) -> Spec:
    """The sheet function of that name, with or without the prefix, upper or lower case alike."""
    full = name.strip().upper().replace(".", "_")  # CFI.LTV is what users of Office.js and Calc see
    full = full if full.startswith(PREFIX) else PREFIX + full
    if full not in among:
        import difflib  # only for the message; it takes as long to load as all kinds and shapes

        raise UnknownFunction(name, difflib.get_close_matches(full, among, n=3))
    return among[full]
