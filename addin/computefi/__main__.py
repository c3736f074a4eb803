"""`python -m computefi` is the command line."""

from computefi.cli import main

main()
