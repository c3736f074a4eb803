"""The runner over a book of loans: its table read and checked, its losses drawn, its report."""
