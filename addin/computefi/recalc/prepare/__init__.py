"""From a workbook to the plan of its recalculation and the copy that an engine computes."""
