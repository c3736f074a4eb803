"""Run the contract at every host and print the totals of each.

python tests/contract/report.py [options of pytest]
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

if __name__ == "__main__":
    sys.exit(pytest.main([str(Path(__file__).parent), "-r", "fE", *sys.argv[1:]]))
