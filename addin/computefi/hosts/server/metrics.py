"""What the server has done, as Prometheus reads it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(slots=True)
class Metrics:
    """Counts since the server started."""

    answers: Counter[str] = field(default_factory=Counter)  # calls of /call by their outcome: ok, busy, time_limit, …
    seconds: float = 0.0  # of computing
    computed: int = 0

    def text(self, gauges: Mapping[str, tuple[str, float]]) -> str:
        """The counts, and what is so at this moment: name → (help, value)."""
        lines = [
            "# HELP computefi_requests_total Requests to /call by outcome.",
            "# TYPE computefi_requests_total counter",
        ]
        lines += [f'computefi_requests_total{{outcome="{name}"}} {n}' for name, n in sorted(self.answers.items())]
        lines += [
            "# HELP computefi_computing_seconds Time that computations took.",
            "# TYPE computefi_computing_seconds summary",
            f"computefi_computing_seconds_sum {self.seconds:.6f}",
            f"computefi_computing_seconds_count {self.computed}",
        ]
        for name, (meaning, value) in gauges.items():
            kind = "counter" if name.endswith("_total") else "gauge"
            lines += [f"# HELP {name} {meaning}", f"# TYPE {name} {kind}", f"{name} {value:g}"]
        return "\n".join(lines) + "\n"
