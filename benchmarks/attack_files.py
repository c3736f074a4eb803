"""Signals, other people's saves and parallel edits at random moments: what became of them, and what did not hold.

python -m benchmarks.attack_files          200 of each kind
python -m benchmarks.attack_files 20       20 of each
python -m benchmarks.attack_files 20 command   the command as a user starts it, the start of Python included
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "support"))

from save_attack import edits_at_once, saves_meanwhile
from signal_attack import KINDS, Attack, as_command, as_fork

OUTCOMES = ("stopped", "done", "killed", "before it began")


def main(count: int, start: str) -> None:
    """Attack, and print a row for each kind."""
    print(f"| signal | to | {' | '.join(OUTCOMES)} | did not hold | slowest end, s |")
    print("| --- | --- |" + " ---: |" * (len(OUTCOMES) + 2))
    for name, to in KINDS:
        with tempfile.TemporaryDirectory() as folder:
            attack = Attack(Path(folder), name, to, as_command if start == "command" else as_fork, seed=11)
            for _ in range(count):
                attack.strike()
        tally = attack.tally
        row = [str(tally.outcomes[outcome]) for outcome in OUTCOMES]
        print(f"| {name} | {to} | {' | '.join(row)} | {len(tally.faults)} | {tally.slowest:.2f} |", flush=True)
        for fault in tally.faults:
            print(f"{name} to {to}: {fault}", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        print(f"\nsomebody saves during a run: {dict(saves_meanwhile(Path(folder), count))}", flush=True)
        print(f"eight edits at once: {dict(edits_at_once(Path(folder), max(1, count // 8)))}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200, sys.argv[2] if len(sys.argv) > 2 else "fork")
