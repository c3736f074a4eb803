"""A command that is stopped: soon, wholly, with a true line and the code that says by what."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from signal_attack import KINDS, Attack, as_command, as_fork

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="the processes of a session are read from /proc, which is Linux's"
)
STRIKES = int(os.environ.get("COMPUTEFI_STRIKES", "200"))


@pytest.mark.parametrize(("name", "to"), KINDS)
def test_a_signal_ends_all_and_leaves_the_old_file_or_the_new(tmp_path: Path, name: str, to: str) -> None:
    attack = Attack(tmp_path, name, to, as_fork, seed=7)
    for _ in range(2):
        attack.strike()
    assert not attack.tally.faults


def test_a_signal_ends_the_command_as_a_user_starts_it(tmp_path: Path) -> None:
    attack = Attack(tmp_path, "TERM", "group", as_command, seed=3)
    attack.strike()
    assert not attack.tally.faults


@pytest.mark.nightly
@pytest.mark.parametrize(("name", "to"), KINDS)
def test_two_hundred_signals_of_each_kind(tmp_path: Path, name: str, to: str) -> None:
    attack = Attack(tmp_path, name, to, as_fork, seed=11)
    for _ in range(STRIKES):
        attack.strike()
    assert not attack.tally.faults
    assert len(attack.tally.outcomes) > 1 or name == "KILL", "every signal came at the same moment"
