"""Thin hosts of the sheet functions: a folder each and a line in `table`; none has rules of its own."""
