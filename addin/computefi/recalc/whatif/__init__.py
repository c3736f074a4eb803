"""Many answers from one workbook: scenarios, data tables, and the part that a change can reach.

A sweep over two inputs with three values each   →   nine scenarios, each computed in the slice between its cells
"""
