"""The sheet Method of calibration.xlsx."""

from __future__ import annotations

from workbooks.build.kit.method import Measure, Text

MEASURES = (
    Measure("Volatility", "How much the log of a price moves in a year.", "STDEV of log returns, and exponentially weighted.", "Prices that are posted and not traded are sticky and show too little."),
    Measure("Correlation and its interval", "How far two prices go together, and between which ends the truth lies.", "Pearson's correlation of log returns; Fisher's interval.", "Seventeen months exclude almost nothing; the interval leads, not the point."),
    Measure("Correction for sticky prices", "What volatility and correlation would be if every price were new.", "Volatility × √((1 + share unmoved)/(1 − share unmoved)); correlation over 1 less the share.", "Supposes that a price which does not move is old. The switch of the shared parameters says whether it is used."),
    Measure("Expected loss from end to end", "What the uncertainty of one correlation does to a loan.", "CFI_CORR_EL at the low end, the estimate and the high end.", "One loan's terms; correlation alone is varied."),
    Measure("Supply", "What new supply does to rents, and rents to the value of a machine and the cover of a loan.", "CFI_SUPPLY_FACTOR, CFI_GPU_VALUE, CFI_LLCR.", "A constant elasticity of demand; a scenario, not a forecast."),
)  # fmt: skip
TEXTS = (
    Text("For", ("Turning a series of prices of one's own into the parameters of the other workbooks, with their uncertainty.",)),
    Text("Not for", (
        "Reading the delivered series as facts: they are synthetic, with known parameters, so that the formulas can be checked.",
        "Claiming that a correlation is nought because a short sample does not show one.",
    )),
    Text("Calibration", (
        "The loan to try correlations on takes volatility, drift, cost of sale and time to sell from the one set of all workbooks, for GPUs.",
    )),
)  # fmt: skip
