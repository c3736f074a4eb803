"""What a workbook says of itself to a reader: its inputs with labels, units, bounds and sources; its outputs; what a
number rests on, as a tree and as a picture; which error came first.
"""
