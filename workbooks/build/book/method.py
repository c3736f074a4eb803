"""The sheet Method of book.xlsx."""

from __future__ import annotations

from workbooks.build.kit.method import Measure, Text

MEASURES = (
    Measure("Loss distribution", "How likely the book loses more than a given amount in a year.", "CFI_BOOK_LOSS, no simulation", "Given the factors, loans are independent but for the offtakers and guarantors that they share. States of the factors are ranked by what is lost in them and taken more often where losses are rare; the error says how well."),
    Measure("Two books at one size and LTV", "What repays a loan, all else alike: each book is scaled to exposure and collateral of the whole.", "Rows, Losses", "Scaling changes sizes, not names: a book of few loans stays concentrated."),
    Measure("Part of the shortfall", "How much of the loss in the worst years falls on a loan.", "CFI_BOOK_CONTRIBUTION", "A slope: what is left when the loan goes is CFI_BOOK_MARGINAL, and it is less."),
    Measure("Wrong-way share", "Share of the expected loss that there would not be if collateral went with no factor.", "CFI_BOOK_LOSS", "Of the expected loss, not of the tail, where it is larger."),
    Measure("Factors", "What each factor adds in the state that is worst among those as likely as the level.", "CFI_BOOK_FACTOR_SHARE", "With correlated factors a share depends on which of them is said to have moved."),
    Measure("Stress", "Expected loss if the factors move as a scenario says and the offtaker fails.", "CFI_BOOK_STRESS", "What no scenario moves stays uncertain. Late delivery is a move of demand by the months that the contracts lose."),
    Measure("Reverse stress", "The likeliest move of all factors that costs a given loss.", "CFI_BOOK_REVERSE", "Likeliest under the parameters of Inputs."),
    Measure("Granularity adjustment", "What single names add to a book that is cut infinitely fine.", "CFI_GRANULARITY", "To the first order; good from some fifty names on."),
    Measure("Stage and expected credit losses", "Twelve months in stage 1, lifetime in 2 and 3, three states of the economy weighted.", "CFI_IFRS9_STAGE, CFI_DEAL_LOSS_PATH, CFI_ECL", "A state holds for the life of the loan. Weights and states are the bank's own."),
    Measure("Capital", "Risk-weighted assets by the internal formula with its floors, by slotting and by the standardised weight.", "CFI_IRB_CAPITAL, CFI_SLOTTING, CFI_SA_WEIGHT", "An indication: approaches are granted by supervisors. The United States' proposal of 2026-03-19 is not in it."),
)  # fmt: skip
TEXTS = (
    Text("What this workbook is for", (
        "To see how much a desk may lose on many loans at once, on which loans, names and factors, and whether limits hold.",
        "Paste your own book over the cream cells of Loans and Names, values only. A row that cannot be taken says why, is left out, and turns the flag at the top.",
    )),
    Text("What it leaves out", (
        "One year for the distribution; provisions have up to five. Cures, extensions and new business are not modelled.",
        "Loadings belong to segments, not to single loans. The command `computefi book` takes them loan by loan, years and up to a million loans.",
        "A cell with several serial numbers is compared as one text here; the command compares each number.",
    )),
    Text("What it must not be used for", (
        "Regulatory reporting, pricing or a limit without your own parameters: the loans are invented and the loadings are demonstration parameters.",
    )),
)  # fmt: skip
