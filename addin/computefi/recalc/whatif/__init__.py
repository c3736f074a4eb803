"""Many answers from one workbook: scenarios, data tables, and the part that a change can reach."""
