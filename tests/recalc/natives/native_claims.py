"""What IronCalc 0.9 gets wrong with the functions that are answered here, and what Excel gives.

A1:A9 is apple, Bob, blank, 5, "5" as text, TRUE, #N/A, 7 and the text of `=""`; B1:B9 is 1…9; C1:C9 is 1, 3, blank, 5,
7 and blanks; D1:E4 is a table with the heads kind and paid. The values are those on which formulon 0.18 and LibreOffice
agree where both have one, or that follow from Excel's documentation.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from computefi.errors import CODES

CELLS: dict[str, Any] = {
    "A1": "apple", "A2": "Bob", "A4": 5, "A5": "5", "A6": True, "A7": "=NA()", "A8": 7, "A9": '=""',
    **{f"B{i}": i for i in range(1, 10)},
    "C1": 1, "C2": 3, "C4": 5, "C5": 7,
    "D1": "kind", "D2": "new", "D3": "newer", "D4": "old", "E1": "paid", "E2": 10, "E3": 20, "E4": 40,
    "F1": "kind", "F2": '="=new"', "G1": "<>apple", "G2": "bob", "G3": 46054, "G4": 46100,
    "H1": 1, "I1": 2, "J1": 4, "H2": 1, "I2": 2, "J2": 3,
    "H4": -100, "K4": 121, "H5": 45000, "K5": 45730,
}  # fmt: skip


class Claim(NamedTuple):
    """A formula that the engine gets wrong, and its value in Excel."""

    formula: str
    right: Any


def read(line: str) -> Claim:
    formula, text = line.split(" → ")
    if text.startswith("='"):
        return Claim(formula, text[2:])
    return Claim(formula, CODES[text] if text in CODES else text if not text.lstrip("-")[0].isdigit() else float(text))


CLAIMS = [
    read(line)
    for line in """
NPV(0.1,B1:B5*2) → 21.305176621070338
SUM(NPV({0.1,0.2},B1:B5)) → 18.54932184962982
COUNT(B1:B5*2) → 5
PRODUCT(B1:B5*2) → 3840
AVERAGEA(B1:B5*2) → 6
STDEVA(IF(B1:B5>2,B1:B5,"x")) → 2.3021728866442674
VARA(IF(B1:B5>2,B1:B5,"x")) → 5.3
STDEVPA(IF(B1:B5>2,B1:B5,"x")) → 2.0591260281974
VARPA(IF(B1:B5>2,B1:B5,"x")) → 4.24
AVERAGE(IF(B1:B5>1,B1:B5)) → 3.5
MEDIAN(IF(B1:B5>1,B1:B5)) → 3.5
AVERAGE({1,FALSE,3}) → 2
MEDIAN({1,FALSE,3}) → 2
COUNT(INDEX(B1:B5*2,0)) → 5
COUNT(INDEX(B1:B5,{1;3})) → 2
GEOMEAN(IF(B1:B5>1,B1:B5)) → 3.309750919646873
HARMEAN(IF(B1:B5>1,B1:B5)) → 3.116883116883117
SKEW(IF(B1:B9>3,B1:B9*B1:B9)) → 0.3880941014735746
SKEW.P(IF(B1:B9>3,B1:B9*B1:B9)) → 0.2834238584157005
KURT(IF(B1:B9>3,B1:B9*B1:B9)) → -1.0386612896473668
COUNTIF(A1:A9,"<>apple") → 8
SUMIF(A1:A9,"<>apple",B1:B9) → 44
SUMIFS(B1:B9,A1:A9,"<>apple",B1:B9,">2") → 42
COUNTIFS(A1:A9,"<>apple",B1:B9,">2") → 7
AVERAGEIF(A1:A9,"<>apple",B1:B9) → 5.5
AVERAGEIFS(B1:B9,A1:A9,"<>apple") → 5.5
MAXIFS(B1:B8,A1:A8,"<>apple") → 8
MINIFS(B1:B9,A1:A9,"<>apple",B1:B9,">2") → 3
COUNTIF(A1:A9,G1) → 8
COUNTIF(A1:A9,"<>"&"apple") → 8
COUNTIF(A:A,"<>apple") → 1048575
COUNTIF(A1:A9,"=") → 1
COUNTIF(A1:A9,">=b") → 1
COUNTIF(G3:G4,">=1-Feb-2026") → 2
COUNTIF(G3:G4,"<>1-Feb-2026") → 1
COUNTIF(A4,5) → 1
SUMIF(A4,5,B4) → 4
SUMIFS(B4,A4,5) → 4
COUNTIFS(A4,5) → 1
SUM(COUNTIF(A1:A9,{"apple","bob"})) → 2
SUM(COUNTIFS(A1:A9,{"apple","bob"})) → 2
SUM(SUMIFS(B1:B9,A1:A9,{"apple","bob"})) → 3
SUM(AVERAGEIF(A1:A9,{"apple","bob"},B1:B9)) → 3
SUM(AVERAGEIFS(B1:B9,A1:A9,{"apple","bob"})) → 3
SUM(MINIFS(B1:B9,A1:A9,{"apple","bob"})) → 3
SUM(MAXIFS(B1:B9,A1:A9,{"apple","bob"})) → 3
DSUM(D1:E4,"paid",F1:F2) → 10
DCOUNT(D1:E4,"paid",F1:F2) → 1
DCOUNTA(D1:E4,1,F1:F2) → 1
DAVERAGE(D1:E4,2,F1:F2) → 10
DMAX(D1:E4,"paid",F1:F2) → 10
DGET(D1:E4,"paid",F1:F2) → 10
DPRODUCT(D1:E4,"paid",F1:F2) → 10
DSTDEV(D1:E4,"paid",F1:F2) → #DIV/0!
DVAR(D1:E4,"paid",F1:F2) → #DIV/0!
MATCH(1E+306,C:C) → 5
MATCH(4,C1:C9) → 2
MATCH(0,C1:C9) → #N/A
INDEX(C:C,MATCH(9.99E+307,C:C)) → 7
LOOKUP(9.99E+307,C:C) → 7
LOOKUP(4,C1:C9,B1:B9) → 2
LOOKUP(REPT("z",99),D:D) → old
VLOOKUP(4,C1:D9,1) → 3
HLOOKUP(3,H1:N2,2) → 2
VLOOKUP(0,C1:D9,1,FALSE) → #N/A
VLOOKUP(FALSE,C1:D9,1,0) → #N/A
HLOOKUP(0,H1:N2,2,FALSE) → #N/A
HLOOKUP(FALSE,H1:N2,2,FALSE) → #N/A
XMATCH(0,C1:C9) → #N/A
XMATCH(FALSE,C1:C9) → #N/A
XLOOKUP(0,C1:C9,B1:B9) → #N/A
XLOOKUP(FALSE,C1:C9,B1:B9) → #N/A
MATCH(5,A4,0) → 1
VLOOKUP(5,A4,1,FALSE) → 5
SUM(MATCH({3,5},C1:C5,0)) → 6
SUM(XMATCH({3,5},C1:C5)) → 6
SUM(VLOOKUP({1,3},C1:C5,1,FALSE)) → 4
SUM(HLOOKUP({1,2},H1:J2,2,FALSE)) → 3
SUM(XLOOKUP({1,3},C1:C5,B1:B5)) → 3
XLOOKUP(10,C1:C5*2,B1:B5) → 4
XLOOKUP(5,A4,B4) → 4
SUM(XLOOKUP("newer",D1:D4,A1:E4)) → 23
SUM(XLOOKUP(2,H1:J1,H1:J2)) → 4
SUM(XLOOKUP(2,H1:J1*1,H1:J2)) → 4
INDEX(LINEST(H1:J1,H2:J2),1) → 1.5
INDEX(LOGEST(H1:J1,H2:J2),1) → 2
TREND(H1:J1,H2:J2,4) → 5.333333333333333
SUM(GROWTH(H1:J1,H2:J2)) → 7
XIRR(H4:K4,H5:K5) → 0.09999999403953552
SUM(VLOOKUP(3,C1:E9,{1,1},FALSE)) → 6
SUMIFS(B1:B3,B1:B9,">2") → #VALUE!
COUNTIFS(B1:B9,">2",C1:C3,">2") → #VALUE!
SUMIF(B1:B9,">2",B2) → 39
SUMIF(B1:B3,">2",B1:B9) → 3
SUMX2MY2(B1:B9,C1:C9) → -38
SUMX2PY2(B1:B9,C1:C9) → 130
SUMXMY2(B1:B9,C1:C9) → 6
COVAR(B1:B9,C1:C9) → 3.5
COVARIANCE.P(B1:B9,C1:C9) → 3.5
COVARIANCE.S(B1:B9,C1:C9) → 4.666666666666667
CORREL(B1:B9,C1:C8) → #N/A
PEARSON(B1:B9,C1:C8) → #N/A
RSQ(B1:B9,C1:C8) → #N/A
SLOPE(B1,C1) → #DIV/0!
INTERCEPT(B1,C1) → #DIV/0!
STEYX(B1:B9,C1:C8) → #N/A
FORECAST(3,B1:B9,C1:C8) → #N/A
FORECAST.LINEAR(3,B1:B9,C1:C8) → #N/A
MODE(1,1,"2") → #VALUE!
MODE.SNGL(1,1,"2") → #VALUE!
MDETERM(H4:I5) → #VALUE!
MINVERSE(H4:I5) → #VALUE!
YEARFRAC(F9,G3) → 126.08611111111111
DATEDIF(DATE(2025,1,31),DATE(2025,3,1),"md") → -2
TEXT(0.0049,"0%") → ='0%
TEXT(B3/1000*0.5+0.00003,"0.0%") → ='0.2%
TEXT(1234.5,"#,##0") → ='1,235
TEXT(B1,"0.00E+00") → ='1.00E+00
TEXT(0.5,"# ?/?") → =' 1/2
VALUE("12:30") → 0.5208333333333334
DATEVALUE("Jan 5, 2024") → 45296
TIMEVALUE("25:00") → 0.04166666666666674
TEXTJOIN(",",TRUE,B1,"",B2) → ='1,2
INDEX(SORT({"co-op";"coop"}),1) → ='coop
INDEX(SORT({"f";"é";"e"}),2) → ='é
INDEX(SORTBY({1;2},{"co-op";"coop"}),1) → 2
CONCAT(B1/3,"x") → ='0.333333333333333x
ROUND(NORM.S.DIST(-1.2,TRUE)*1E9-115069670,4) → 0.2217
ROUND(NORMSDIST(-1.2)*1E9-115069670,4) → 0.2217
ROUND(NORM.DIST(-1.2,0,1,TRUE)*1E9-115069670,4) → 0.2217
ROUND(NORMDIST(-1.2,0,1,TRUE)*1E9-115069670,4) → 0.2217
ROUND(LOGNORM.DIST(EXP(-1.2),0,1,TRUE)*1E9-115069670,4) → 0.2217
ROUND(LOGNORMDIST(EXP(-1.2),0,1)*1E9-115069670,4) → 0.2217
ROUND(GAUSS(-1.2)*1E9+384930330,4) → 0.2217
ROUND(ERF(1.2)*1E9-910313978,4) → 0.2296
ROUND(ERF.PRECISE(1.2)*1E9-910313978,4) → 0.2296
ROUND(ERFC(1.2)*1E9-89686022,4) → -0.2296
ROUND(ERFC.PRECISE(1.2)*1E9-89686022,4) → -0.2296
AGGREGATE(9,6,A1:A9) → 12
AGGREGATE(15,6,B1:B9/(A1:A9="Bob"),1) → 2
""".strip().splitlines()
]
