"""Reports to file: the validation of what is installed, and the memo of a workbook."""
