"""Thin doors to the sheet functions, one module per host; none has rules of its own."""
