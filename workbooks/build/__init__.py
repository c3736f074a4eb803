"""What makes the template workbooks: a folder each, and the kit that they share."""

NAMES = ("compare", "ddtl", "asic_loan", "calibration", "book", "functions", "checks")
