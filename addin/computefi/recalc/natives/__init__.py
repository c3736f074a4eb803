"""Excel's own functions answered here, where the engine gets them wrong: a small library, cells in and cells out.

COUNTIF(A1:A9,"<>x")   →   answered here: the engine leaves out blanks and numbers
COUNTIF(A1:A9,">5")    →   the engine's own answer, which is right
"""
