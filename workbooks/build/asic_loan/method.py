"""The sheet Method of asic_loan.xlsx."""

from __future__ import annotations

from workbooks.build.kit.method import Measure, Text

MEASURES = (
    Measure("Expected loss", "What the lender loses in an average year if the borrower's cash and the machines' price go together as assumed.", "PD × LGD in month 1, CFI_DRIVER_PD and CFI_CORR_LGD. No contract and no offtaker, so this is the deal's loss.", "An average of good and bad years. One path, and one record of 2022, neither confirm nor refute it."),
    Measure("Stress LGD", "What is lost of the loan if the borrower fails in the worst year of a hundred. It has no PD, so it ranks.", "CFI_STRESS_LGD with the machines' own volatility and the time to sell.", "Worst year of the driver, not of the machines' price."),
    Measure("LGD and its band", "What is lost of the loan when the borrower fails; low to high over intervals of correlation and volatility.", "CFI_CORR_LGD and CFI_CORR_LGD_RANGE; the intervals stand on Inputs.", "The band is what is not known of the parameters, not what may happen."),
    Measure("Correlation-adjusted LTV", "Loan over what the machines bring when the borrower fails.", "CFI_CORR_LTV, with the time to sell as lag.", "A diagnostic: it worsens as the PD falls. Never rank by it."),
    Measure("PD of the driver", "The chance that a year's cash and the reserve do not cover debt service.", "CFI_DRIVER_PD: cover, reserve, operating leverage of the loan's own cost share at drawing, not below Basel's floor.", "A cliff in cover, and a year's shortfall is not yet a default. No miner here has a rating, which would lead."),
    Measure("The path", "One path of bitcoin, month by month: cover, value, margin call, sale, loss.", "One formula a row on Loan; the switches are on Inputs.", "A path is an example, not a probability."),
    Measure("Value of the machines", "A strip of margins until they end, or the index price moved by the elasticity of 2021–22.", "CFI_ASIC_VALUE, or price × (hashprice ratio)^elasticity.", "The strip has no option value; the elasticity is of one fall."),
)  # fmt: skip
TEXTS = (
    Text("For", (
        "Seeing what a fall of bitcoin does to a loan whose interest and collateral hang on it, before it is made.",
        "Setting a loan's own terms against the loans of 2022 that failed.",
    )),
    Text("Not for", (
        "Capital, provisions or a price: the parameters are demonstration parameters where marked P, one cycle informed them, and nothing has been back-tested.",
        "A loan with an arm's-length contract: its loss has a contract and an offtaker in it; see compare.xlsx.",
    )),
    Text("Calibration", (
        "One set of parameters for all workbooks, with source and date, in the last section of Inputs. Drift is the logarithm of the annual residual factor; operating leverage is 1 over 1 less the cost share; the time to sell is passed as lag.",
        "The cost of sale in the measures leaves out the decay while selling, which is in drift and lag already; the path's own sale counts it.",
    )),
)  # fmt: skip
