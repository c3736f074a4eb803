"""The inputs of asic_loan.xlsx: the loan by deal, what all deals share, and the dated points of the 2022-like path."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from workbooks.build.asic_loan.parts import PARAMETER, Given, Layout, Section
from workbooks.build.kit.page import DATE, NUMBER, NUMBER_4, PERCENT, WHOLE

MONTHS = 36
DEAL_NAMES = ("SPV of March 2022", "Loan of November 2026", "Your own loan")
PATH_NAMES = ("Base: growth of the network", "2022-like fall", "Your own path")
BASIS_NAMES = ("Strip of margins", "Price index by measured elasticity")
LAYOUT = Layout("D", ("E", "F", "G"), "H", "I", "J", "K", "L", "M")

PRICE_TN = "7-day average, github:Krisp140/TargetedNakomoto [D]"
SIX_K = "SEC 6-K 2022-11-02"
INDEX_2026 = "hashrateindex.com, week 2026-09-27/10-03 [S]"
EARLY, LATE = date(2009, 1, 3), date(2060, 1, 1)
BEFORE_2022 = "2022-03-24 · 2026-09-30 · –"

SWITCHES: tuple[Section | Given, ...] = (
    Section("1 · Switches", "the whole workbook follows these three cells"),
    Given("deal", "Loan: 1, 2 or 3 of the columns on the right", "1–3", (1,), WHOLE, "J",
          "1 the third IREN SPV of March 2022, its terms as far as they are on record · 2 a loan of November 2026 · 3 your own", "–", 1, 3, ("1", "2", "3")),
    Given("path", "Path of bitcoin: 1, 2 or 3", "1–3", (2,), WHOLE, "J",
          "1 base: drift and growth of the network below · 2 2022-like fall: dated points of 2022–26, log-linear between them · 3 your own series on Paths", "–", 1, 3, ("1", "2", "3")),
    Given("value_basis", "Value of the machines: 1 strip, 2 measured elasticity", "1–2", (2,), WHOLE, "J",
          "1 CFI_ASIC_VALUE, which has no option value and is scrap near breakeven · 2 index price moved by the elasticity measured in 2021–22. Both are shown in every month", "–", 1, 2, ("1", "2")),
)  # fmt: skip

DEAL_INPUTS: tuple[Section | Given, ...] = (
    Section("2 · The loan, by deal", "column D is the live deal"),
    Given("start_date", "Drawing date", "date", (date(2022, 3, 24), date(2026, 11, 22), date(2026, 11, 22)), DATE, "VPP",
          f"Third SPV: drawn in March 2022, {SIX_K}; day of the price point. Others: {PARAMETER.lower()}.", BEFORE_2022, EARLY, LATE),
    Given("btc_start", "Bitcoin at drawing", "$ per BTC", (43096, 84714, 84714), "#,##0", "DSS",
          f"2022: {PRICE_TN}. 2026: {INDEX_2026}.", BEFORE_2022, 1.0, 1e7),
    Given("hashprice_start", "Hashprice at drawing, fees included", "$/PH/day", (191.8, 40.58, 40.58), NUMBER, "DSS",
          f"2022: {PRICE_TN}. 2026: {INDEX_2026}. The network's hashrate is what makes CFI_HASHPRICE give this number.", BEFORE_2022, 0.01, 1e5),
    Given("subsidy", "Block subsidy at drawing", "BTC per block", (6.25, 3.125, 3.125), "0.000", "VVV",
          "Bitcoin's protocol: 6.25 until block 840,000, 3.125 after it", "2020-05-11 · 2024-04-20 · –", 0.0, 50.0),
    Given("halving_date", "Next halving of the subsidy", "date", (date(2024, 4, 20), date(2028, 4, 15), date(2028, 4, 15)), DATE, "VPP",
          f"2024-04-20: block 840,000. 2028: expected month, {PARAMETER.lower()}.", "2024-04-20 · – · –", EARLY, LATE),
    Given("fee_share", "Fees as a share of the subsidy", "share", (0.0, 0.013224, 0.013224), "0.00%", "PDD",
          f"2026: 40.58 observed over 40.043 without fees, less 1. 2022: not split from the subsidy, {PARAMETER.lower()}.", "– · 2026-09-30 · –", 0.0, 5.0),
    Given("fleet", "Fleet pledged", "PH/s", (2000, 2000, 2000), "#,##0", "VPP",
          f"Third SPV: 2.0 EH/s, {SIX_K}. Others: {PARAMETER.lower()}.", "2022-09-30 · – · –", 0.001, 1e7),
    Given("efficiency", "Energy of the fleet at drawing", "J/TH", (29.5, 18, 18), NUMBER, "DPP",
          f"S19-class machines; 29.5 × 24 × 0.0588 = 41.6 $/PH/day, the cost the company implied. Others: {PARAMETER.lower()}.", "2022-11-02 · – · –", 0.1, 500.0),
    Given("power_price", "Power, hosting included", "$/kWh", (0.0588, 0.05, 0.05), NUMBER_4, "DPP",
          f"C$0.08/kWh hosting by the parent × 0.735 US$/C$. Others: {PARAMETER.lower()}.", "2022-11-02 · – · –", 0.0, 2.0),
    Given("other_cost", "Other cost that runs with the machines", "$/PH/day", (0, 0, 0), NUMBER, "PPP", PARAMETER, "–", 0.0, 1e4),
    Given("uptime", "Share of hours mined", "share", (1.0, 0.97, 0.97), PERCENT, "DPP",
          f"2022: the company's arithmetic has none lost (3,600 PH × 30 days). Others: {PARAMETER.lower()}.", "2022-11-02 · – · –", 0.0, 1.0),
    Given("overhead", "Overhead of the borrower", "US$ m a month", (0.0, 0.05, 0.05), NUMBER, "PPP",
          "An SPV without staff in 2022. " + PARAMETER, "–", 0.0, 1e4),
    Given("asic_price", "Price of such machines at drawing", "$/TH", (90, 6.47, 6.47), NUMBER, "SSS",
          "2022: index of machines under 38 J/TH, nearest reading (2022-05-10, about 90). 2026: new S21-class, hashrateindex.com. Tiers were redefined in October 2022: never spliced.", "2022-05-10 · 2026-09-30 · –", 0.01, 1e4),
    Given("asic_life", "Physical life left at drawing", "years", (5, 5, 5), NUMBER, "PPP", PARAMETER, "–", 3.1, 20.0),
    Given("loan_amount", "Loan", "US$ m", (71, 7.5, 7.5), NUMBER, "VPP",
          f"Third SPV: $71m, {SIX_K}. Others: {PARAMETER.lower()}.", "2022-09-30 · – · –", 0.001, 1e6),
    Given("loan_rate", "Interest", "a year, monthly", (0.12, 0.12, 0.12), PERCENT, "PPP",
          "Not on record for the SPVs. " + PARAMETER, "–", 0.0, 1.0),
    Given("tenor", "Tenor, level monthly payments", "months", (24, 16, 16), WHOLE, "PPP",
          "Not on record for the SPVs; short and level as all MinerFi loans. 2026: ends before the expected halving. " + PARAMETER, "–", 1, MONTHS),
    Given("reserve_months", "Cash reserve at drawing", "months of service", (0, 3, 3), NUMBER, "VPP",
          f"The SPVs had none on record. Others: {PARAMETER.lower()}.", "2022-11-02 · – · –", 0.0, 36.0),
    Given("support", "Cash that the sponsor must put in", "US$ m", (0, 1.5, 1.5), NUMBER, "VPP",
          f"The SPVs: no guarantee by the parent, {SIX_K}. Others: {PARAMETER.lower()}.", "2022-11-02 · – · –", 0.0, 1e6),
    Given("margin_on", "Margin call on market LTV: 1 yes, 0 no", "0 or 1", (0, 1, 1), WHOLE, "VPP",
          f"The SPVs' loans had no cure on market LTV. Others: {PARAMETER.lower()}.", "2022-11-02 · – · –", 0, 1, ("0", "1")),
)  # fmt: skip

LADDER = "Hut 8's FalconX bitcoin loan: 143/130/105% of collateral over loan; a bitcoin loan's ladder, here put on machines [V/S]"
COMMON: tuple[Section | Given, ...] = (
    Section("3 · Margin call", "collateral over loan, as the ladder of a bitcoin loan is written"),
    Given("cover_full", "Cover that a cure must restore", "× loan", (1.43,), NUMBER, "S", LADDER, "2026", 1.0, 10.0),
    Given("cover_call", "Cover at which margin is called", "× loan", (1.30,), NUMBER, "S", LADDER, "2026", 1.0, 10.0),
    Given("cure_days", "Days from the call to the sale", "days", (30,), WHOLE, "P", "Unplugging, shipping and selling machines is slower than selling coins. " + PARAMETER, "–", 0, 365),
    Section("4 · Value of the machines"),
    Given("strip_decay", "Decay of hashprice in the strip", "a year, continuous", (0.40,), NUMBER, "P", PARAMETER + "; growth of the network alone was 0.34 a year from 2022-03 to 2026-09 [D]", "–", 0.001, 5.0),
    Given("strip_rate", "Discount rate of the strip", "a year, continuous", (0.15,), NUMBER, "P", PARAMETER, "–", 0.0, 2.0),
    Given("elasticity", "Elasticity of the index price to hashprice", "% per %", (1.17,), NUMBER, "D", "ln(119.25/15.71) / ln(340.7/60.1), 2021-05-07 to 2022-12-25: 1.168; to bitcoin 1.67", "2022-12-25", 0.0, 10.0),
    Given("scrap", "Least price of a machine", "$/TH", (1.18,), NUMBER, "S", "Index of the 25–38 J/TH tier, hashrateindex.com", "2026-09-30", 0.001, 1e3),
    Given("degradation", "Loss of efficiency", "a year, continuous", (0.01,), NUMBER, "P", PARAMETER, "–", 0.0, 1.0),
    Section("5 · Sale of the machines"),
    Given("depth", "What the market absorbs at the start", "PH/s a year", (20000,), "#,##0", "P", PARAMETER + ": twenty EH/s a year", "–", 1.0, 1e9),
    Given("depth_power", "Depth follows bitcoin, by the power", "number", (1.0,), NUMBER, "P", PARAMETER + ": buyers of machines live on the same coin; 0 for a market that does not thin out", "–", 0.0, 5.0),
    Given("sale_days", "Days allowed for the sale", "days", (90,), WHOLE, "P", PARAMETER, "–", 1, 3650),
    Given("impact", "Impact of selling a whole horizon's depth", "share", (0.35,), NUMBER, "P", PARAMETER + ": square-root law", "–", 0.0, 5.0),
    Given("exponent", "Power of the impact law", "number", (0.5,), NUMBER, "P", PARAMETER, "–", 0.01, 5.0),
    Given("slip", "Slip of any quick sale", "share", (0.125,), PERCENT, "S", "A fast sell order slips 10–15%: Luxor's COO, July 2022, axdtv.com reprint; the middle", "2022-07", 0.0, 1.0),
    Given("sale_decay", "Decay of price while selling", "a year, continuous", (0.30,), NUMBER, "P", PARAMETER, "–", 0.001, 5.0),
    Given("sale_cost_limit", "Cost of sale used, at most", "share", (0.95,), PERCENT, "C", "CFI_CORR_LTV needs a cost of sale below 1", "–", 0.0, 0.999),
    Section("6 · Driver and collateral", "the MinerFi column of the project's note on models, §3.5"),
    Given("volatility", "Volatility of the machines' value", "a year", (0.90,), NUMBER, "D", "Not observable; elasticity 1.17–1.67 × volatility of the driver gives 0.85–1.2", "2021–22", 0.0, 5.0),
    Given("drift", "Drift of the machines' value", "a year, continuous", (-0.30,), NUMBER, "P", PARAMETER, "–", -5.0, 5.0),
    Given("horizon", "Horizon of default", "years", (1.0,), NUMBER, "P", PARAMETER, "–", 0.01, 10.0),
    Given("contracted", "Contracted share of revenue, arm's length", "share", (0.0,), PERCENT, "V", "Affiliates' contracts count 0: the SPVs' hosting and lease were with their own parent (B.C. Court of Appeal CA49297, 2024-06-27)", "2024-06-27", 0.0, 1.0),
    Given("vol_contract", "Volatility of contracted cash", "a year", (0.06,), NUMBER, "P", PARAMETER, "–", 0.0, 5.0),
    Given("vol_market", "Volatility of mining cash", "a year", (0.75,), NUMBER, "D", "Hashprice 0.73–0.85 in 2020–24", "2020–24", 0.001, 5.0),
    Given("vol_other", "Volatility of the rest", "a year", (0.10,), NUMBER, "P", PARAMETER, "–", 0.0, 5.0),
    Given("corr_contract", "Correlation of contracted cash and collateral", "correlation", (0.2,), NUMBER, "P", PARAMETER, "–", -1.0, 1.0),
    Given("corr_market", "Correlation of mining cash and collateral", "correlation", (0.85,), NUMBER, "P", PARAMETER + "; hashprice and bitcoin: 0.79 weekly, 0.86 quarterly [D]", "–", -1.0, 1.0),
    Given("leverage", "Operating leverage", "× ", (1.0,), NUMBER, "P", PARAMETER, "–", 0.01, 10.0),
    Given("stress_quantile", "Quantile of the stress LTV", "probability", (0.01,), PERCENT, "P", PARAMETER, "–", 1e-6, 0.5),
    Given("dscr_low", "Cover used for PD, at least", "×", (0.05,), NUMBER, "C", "CFI_DRIVER_PD refuses a cover of 0 or less", "–", 0.001, 1.0),
    Given("dscr_high", "Cover used for PD, at most", "×", (10.0,), NUMBER, "C", "Where nothing is due", "–", 1.0, 1e3),
    Section("7 · Base path"),
    Given("btc_drift", "Drift of bitcoin", "a year, continuous", (0.10,), NUMBER, "P", PARAMETER + "; slower than the network", "–", -3.0, 3.0),
    Given("network_growth", "Growth of the network", "a year, continuous", (0.343,), "0.000", "D", "ln(952 EH/s / 202 EH/s) over 4.52 years, 2022-03-24 to 2026-09-30: from bitcoin and hashprice on Paths", "2026-09-30", -3.0, 5.0),
    Given("path_step", "Largest step of your own path", "× in a month", (10.0,), NUMBER, "J", "A larger step from one month to the next fails the checks: most often a slip of the comma", "–", 1.01, 1e6),
    Section("8 · Units"),
    Given("days_per_year", "Days a year", "days", (365,), WHOLE, "C", "Calendar", "–", 365, 366),
    Given("months_per_year", "Months a year", "months", (12,), WHOLE, "C", "Calendar", "–", 12, 12),
    Given("th_per_ph", "TH per PH", "TH/PH", (1000,), "#,##0", "C", "Prefix", "–", 1000, 1000),
    Given("ph_per_eh", "PH per EH", "PH/EH", (1000,), "#,##0", "C", "Prefix", "–", 1000, 1000),
    Given("million", "Dollars per US$ m", "US$", (1000000,), "#,##0", "C", "Prefix", "–", 1e6, 1e6),
    Given("hours_per_day", "Hours a day", "hours", (24,), WHOLE, "C", "Calendar", "–", 24, 24),
    Given("chart_limit", "Top of the LTV lines in the chart", "loan / value", (10.0,), PERCENT, "C", "Only the picture; the numbers above it are on Loan", "–", 0.5, 100.0),
    Given("blocks_per_day", "Blocks a day", "blocks", (144,), WHOLE, "C", "Bitcoin's protocol: one in ten minutes", "–", 144, 144),
    Given("halving_divisor", "What a halving divides the subsidy by", "number", (2,), WHOLE, "C", "Bitcoin's protocol", "–", 2, 2),
    Given("tolerance", "Money too small to matter", "US$ m", (0.000001,), "0.0E+00", "C", "Rounding", "–", 0.0, 0.01),
)  # fmt: skip


@dataclass(frozen=True)
class Point:
    """A dated reading of bitcoin and hashprice."""

    day: date
    btc: float
    hashprice: float
    subsidy: float
    event: str
    source: str = PRICE_TN


POINTS = (
    Point(date(2022, 3, 24), 43096, 191.8, 6.25, "Third IREN SPV drawn"),
    Point(date(2022, 8, 16), 23996, 107.5, 6.25, "Stronghold hands back"),
    Point(date(2022, 9, 22), 19011, 76.3, 6.25, "Compute North fails"),
    Point(date(2022, 11, 2), 20439, 70.1, 6.25, "IREN reports its SPVs"),
    Point(date(2022, 11, 21), 16061, 56.8, 6.25, "IREN's SPVs accelerated"),
    Point(date(2022, 12, 20), 16820, 62.4, 6.25, "Greenidge transfers machines"),
    Point(date(2023, 2, 2), 23826, 75.3, 6.25, "Core Scientific hands back"),
    Point(date(2023, 2, 9), 22664, 73.9, 6.25, "Bitfarms settles"),
    Point(date(2023, 7, 26), 29258, 69.0, 6.25, "–"),
    Point(date(2024, 3, 13), 72913, 110.5, 6.25, "–"),
    Point(date(2024, 8, 5), 53856, 43.8, 3.125, "–"),
    Point(date(2024, 12, 17), 106744, 61.1, 3.125, "–"),
    Point(date(2025, 3, 1), 85199, 50.1, 3.125, "–"),
    Point(date(2026, 9, 30), 84714, 40.58, 3.125, "–", INDEX_2026),
)

SEED = 20261122
OWN_SOURCE = "SYNTHETIC: seeded random path (seed 20261122), volatility of bitcoin 0.63 a year, growth of the network 0.34; paste your own"


def own_path() -> tuple[list[float], list[float]]:
    """A seeded synthetic path of bitcoin and of the network, month 0 to 36; RandomState's stream never changes."""
    draws = np.random.RandomState(SEED).standard_normal((2, MONTHS))
    step = 1 / 12**0.5
    btc = np.exp(np.cumsum(0.63 * step * draws[0] - 0.63**2 / 24))
    network = np.exp(np.cumsum(0.34 / 12 + 0.08 * step * draws[1]))
    return [100.0, *(round(float(x) * 100, 2) for x in btc)], [100.0, *(round(float(x) * 100, 2) for x in network)]
