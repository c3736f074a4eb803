"""The words of the sheet Method of compare.xlsx."""

from __future__ import annotations

from workbooks.build.kit.method import Measure, Text

MEASURES = (
    Measure("Deal loss", "What the lender expects to lose in a year, as a share of the loan: the operator fails and the contract is assigned, or is lost and the chips are sold; or the offtaker fails.", "CFI_DEAL_LOSS", "An average: it says nothing of a bad year. PDs, contract and chance of assignment are taken as known."),
    Measure("Band", "Lowest and highest deal loss over intervals of correlation and volatility.", "CFI_DEAL_LOSS_RANGE", "Not a confidence interval: it has no probability, and PDs do not move in it."),
    Measure("Deal loss over the life", "Present value of the losses of each year, a loan failing once.", "CFI_DEAL_LOSS_PATH", "Balances at the opening of years; the contract's worth at that moment."),
    Measure("Stress LGD", "Share of the loan lost on a sale of the chips when the borrower's driver stands at its worst year in a hundred.", "CFI_STRESS_LGD", "It has no PD in it, so it ranks; it is not a loss given default, and counts no contract."),
    Measure("Package LTV at a common PD", "Loan over the expected value of chips, contract and offtaker, given a loss event, the operators of all deals having one PD.", "CFI_PACKAGE_LTV", "The common PD is on Parameters. At the deal's own PD it worsens as PD falls: that one stands under the diagnostics and compares nothing."),
    Measure("Chip-only LTV in default", "Loan over what the chips fetch where the operator fails.", "CFI_CORR_LTV", "Diagnostic. It leaves out the contract and worsens as PD falls to zero: never rank by it."),
    Measure("Cover by firm contracts", "Firm contracted revenue less the cost of the fleet let, over debt service, in the year in which it is lowest.", "Years", "What a customer may cancel counts to the end of its notice, with the break fee after it."),
    Measure("Risked cover", "Present value of contract cash that is firm, survives and is delivered, after cost, over the exposure.", "CFI_LLCR", "Cost of the fleet let is not weighted by survival."),
    Measure("Life cover", "Present value of all cash in the life of the loan, re-letting at market included, over the exposure.", "CFI_LLCR", "Rests on the path of market rents."),
    Measure("PD of the operator", "The rating's where a letter is on record, no stress holds, and own cover and contracted share are not below the term sheet's; else the higher of rating and model.", "CFI_RATING_PD, CFI_DRIVER_PD", "A rating is a long-run average of companies. The model is a cliff in the cover: a DSCR of 1.20 and one of 1.10 are far apart."),
    Measure("Worth of the assigned contract", "Contract cash still ahead, the offtaker surviving, less delay and cost of a replacement, with the chips left at the end.", "Years; CFI_CONTRACT_VALUE", "Never less than a sale of the chips. Discounted at the loan's rate."),
    Measure("Recovery cover", "What comes back over what is owed, by year, given a failure.", "CFI_RECOVERY_COVER", "Expected values: the spread of the chips' price is in deal loss only."),
    Measure("Rebrand score", "Thirteen tests whether a loan is repaid by contracts or rests on its machines.", "CFI_REBRAND_SCORE", "A judgement of this project; its hard fails count in the verdict."),
)  # fmt: skip
TEXTS = (
    Text("What this workbook is for", (
        "To compare loans against computers on one set of parameters and one set of formulas, and to see which of chips, contract and offtaker a lender relies on.",
        "To find what would have to happen for the answer to change; a committee may set its own limits on Parameters and its own deals in the blank columns.",
    )),
    Text("What it leaves out", (
        "One operator and one offtaker for each deal: several customers are taken for one, which overstates the loss where they are many.",
        "Years, not months: construction, draws and sites are in the workbook ddtl. Taxes, hedges, covenants before default and cures are not modelled.",
        "No market price of volatility or correlation of GPUs was found; parameters marked P are demonstration parameters, not filed.",
        "Not found in the sources given: CoreWeave's third quarter of 2026, IREN's figures after 2026-03-31, Fitch's figures for DDTL 5.5, recoveries on GPU loans (none has failed yet).",
    )),
    Text("What it must not be used for", (
        "Pricing without your own parameters; regulatory capital; a rating; a decision on one loan without its documents.",
        "Back-test: one loan, IREN's of 2022: stress LGD and deal loss stand beside what happened on Summary and in asic_loan; one case proves nothing.",
    )),
    Text("What should be watched", (
        "Rents of the chips and the price of used ones, the offtakers' ratings, sites that are late, termination rights that are amended.",
    )),
)  # fmt: skip
