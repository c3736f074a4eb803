"""What Excel gives, construct by construct.

`right` was computed by formulon, which agrees with Excel's own saved values on 98% of a corpus of edge cases, and by
hand where the numbers are small. A1:A5 is 1…5, B1:B5 is −100, 20, 30, 40, 50, C1:C5 is a, b, c, a, x, and D1:D5 are
days. Every formula is an array formula of one cell, unless it is marked plain.
"""

from __future__ import annotations

CELLS = {
    **{f"A{i}": i for i in range(1, 6)},
    **{f"B{i}": v for i, v in enumerate((-100, 20, 30, 40, 50), 1)},
    **{f"C{i}": v for i, v in enumerate("abcax", 1)},
    **{f"D{i}": v for i, v in enumerate((45000, 45031, 45062, 45100, 45200), 1)},
}


# Nothing may be found here.
RIGHT = [
    (line.split(" | ")[0], float(line.split(" | ")[1]))
    for line in """
NPV(0.1,A1:A5*2) | 21.305176621070338
NPV(0.1,{1,2,3}) | 4.815927873779113
NPV(0.1,IF(A1:A5>1,B1:B5,0)) | 97.43497401444259
SUM(NPV({0.1,0.2},B1:B5)) | -6.1734481703684665
COUNT({1,2,3}) | 3
COUNT(A1:A5*2) | 5
COUNT(1/(A1:A5>1)) | 4
MEDIAN(IF(A1:A5>1,A1:A5)) | 3.5
AVERAGE(IF(A1:A5>1,A1:A5)) | 3.5
AVERAGE(IF(A1>1,A1:A6,A2:A6)) | 3.5
GEOMEAN(IF(A1:A5>1,A1:A5)) | 3.309750919646873
PRODUCT(A1:A5*2) | 3840
PRODUCT(1+A1:A5/100)-1 | 0.158727752
AVERAGEA(A1:A5*2) | 6
SUMPRODUCT(--ISERROR(1/(A1:A5>1))) | 1
NPV(0.1,A1:A5) | 10.652588310535169
COUNT(A1:A5) | 5
COUNTA(A1:A5*2) | 5
SUMPRODUCT(SUMIF(C1:C5,{"a","c"},A1:A5)) | 8
SUM(SUMIF(C1:C5,C1:C2,A1:A5)) | 7
MEDIAN(A1:A5*2) | 6
MEDIAN(IF(A1:A5>1,A1:A5,"")) | 3.5
AVERAGE(A1:A5*2) | 6
MIN(IF(A1:A5>1,A1:A5)) | 2
MAX(IF(A1:A5>1,A1:A5*-1)) | -2
SMALL(IF(A1:A5>1,A1:A5),1) | 2
PERCENTILE(IF(A1:A5>1,A1:A5),0.5) | 3.5
STDEV.P(A1:A5) | 1.4142135623730951
SUM(IF(A1:A5>2,A1:A5)) | 12
SUMPRODUCT((A1:A5>2)*(B1:B5)) | 120
SUMPRODUCT(--(A1:A5>2),B1:B5) | 120
SUM(ABS(-A1:A5)) | 15
SUM(EXP(A1:A5)) | 233.20418398629819
SUM(INT(A1:A5*1.26)) | 17
SUM(SQRT(A1:A5*A1:A5)) | 15
SUM(POWER(A1:A5,2)) | 55
SUM(LEN(C1:C5)) | 5
SUM(--(LEFT(C1:C5,1)="a")) | 2
SUM(--ISERROR(A1:A5)) | 0
SUM(IFERROR(1/(A1:A5-1),0)) | 2.0833333333333335
XLOOKUP(4,A1:A5,B1:B5) | 40
XMATCH(4,A1:A5*2) | 2
VLOOKUP(4,A1:B5,2,FALSE) | 40
LOOKUP(2,1/(A1:A5=3),B1:B5) | 30
INDEX(A1:A5*2,3) | 6
MATCH(4,A1:A5*2,0) | 2
SUM(LARGE(A1:A5,1),LARGE(A1:A5,2)) | 9
COUNTIF(C1:C5,"a") | 2
SUMIFS(A1:A5,C1:C5,"a",A1:A5,">"&1) | 4
SUM(MAP(A1:A5,_xlfn.LAMBDA(x,ROUND(x,0)))) | 15
ROUND(A1,0)+ROUND(SUM(A1:A5),0) | 16
SUM(TRANSPOSE(A1:A5)) | 15
SUM(_xlfn.SEQUENCE(5)) | 15
IRR(B1:B5) | 0.12825726900167397
""".strip().splitlines()
]  # fmt: skip
