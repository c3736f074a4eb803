"""Excel's VBA: the module of wrappers, and the project file inside a workbook."""
