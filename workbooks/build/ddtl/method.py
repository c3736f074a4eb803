"""What the sheet Method of ddtl.xlsx says."""

from __future__ import annotations

from workbooks.build.kit.method import Measure, Text

MEASURES = (
    Measure("Deal loss", "What the lender expects to lose through life: the operator fails and the contract passes on, or is lost and chips are sold, or the offtaker fails.", "CFI_DEAL_LOSS_PATH by loan year, at the ρ of each year; mid-year, one sale.", "An average. It says nothing of a bad year, and rests on PDs that no history of GPU loans supports."),
    Measure("Stress LGD", "What share of the loan chips leave unpaid when the operator's cash stands at its worst in a hundred.", "CFI_STRESS_LGD at the highest balance.", "Chips alone; the contract is left out on purpose, so that it ranks what stands behind the contract."),
    Measure("Package LTV", "The loan over what the lender really has when operator or offtaker fails.", "CFI_PACKAGE_LTV at the highest balance, one year.", "It rises as the operator's PD falls: compare at like PD only."),
    Measure("Chips-only LTV", "The loan over chips sold in default.", "CFI_CORR_LTV at the highest balance.", "A diagnostic. It ranks the strongest deal last; nothing on Summary follows from it."),
    Measure("Cover by contracts that customers cannot leave", "Whether contracts alone pay each quarter's debt service, if every customer leaves as soon as it may.", "Arm's-length cash to the end of the notice period, less its share of cost, over debt service of three months.", "No credit risk of the customer in it: that is in risked backlog and deal loss."),
    Measure("PD of the operator", "Whether a year's cash and the reserve cover debt service.", "CFI_DRIVER_PD of CFADS over debt service less the reserve, with operating leverage; floor 0.05%.", "Cover is a cliff. Before principal is due the first year with principal counts, so that no month looks safe because the loan was not yet drawn."),
    Measure("Credit and sizing", "Stress tells them apart: a world after the draw, and a world known before it.", "One full recalculation a row, by computefi refresh.", "A loan that would have been smaller is not a loan that is safer."),
)  # fmt: skip
TEXTS = (
    Text("What it is for", ("One delayed-draw loan on GPUs, month by month: sizing, cover, loss, and what would have to happen for the verdict to change.", "Three deals are modelled on facilities on record; the fourth is yours: type over its column on Inputs, and add rows with its number on Contracts and Fleet.")),
    Text("How an agent runs it", ("Switches on Inputs put day count and business days, a curve of pasted quotes, covers of contracts and market apart, and the accounts in the place of the plain terms; the filed deals keep the plain ones, yours has all of them on.", "From the month of the last draw on the sheet Accounts rules the loan: reserve and letter of credit, trap and release, sweep by table, cures. A sweep there shortens the loan from its end, so cover stays that of the schedule; in the plain waterfall it lowers each later payment.", "The sheet Certificate is the borrowing base on a date, as an officer certifies it.")),
    Text("What it is not for", ("Pricing a bond, an accounting provision, regulatory capital or a rating.", "Judging CoreWeave's facilities: most terms of contracts and cost are demonstration parameters, not filed figures.", "A verdict on a loan whose limits were not set by the lender: the limits on Inputs are judgements of this project.")),
    Text("What it leaves out", ("Tax, a model of the parent and of its guarantee, and prepayment at the borrower's wish.", "compare.xlsx has the same deals as level annuities from the first day and cost fixed in money; here draws ramp up, cost is built up and repayment is sculpted. Both take their shared parameters and the terms on record from the same lists.", "The sheet Agreement leads from this loss to that of compare.xlsx, one assumption a line; the sheet Shadow has this one once more in native Excel.")),
)  # fmt: skip
