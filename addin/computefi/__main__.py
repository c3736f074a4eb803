"""`python -m computefi` is the command line."""

from computefi.cli.main import main

main()
