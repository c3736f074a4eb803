"""The file format of a workbook: its package, parts, sheets and cells, read and patched by their bytes."""
