"""Excel without an add-in: the functions as native LAMBDAs."""
