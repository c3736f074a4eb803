"""Our functions as native Excel formulas: the text of each LAMBDA beside the Python function it mirrors.

A text is written as one would type it in Excel, with the parameters' own names; `lambda_forms` puts the argument
checks of the declaration before it and spells it as a file stores it. In a text

- a parameter stands for its value with the default filled in; a series is one row, a block one row per series;
- `clear` is 0 in the shape of the answer, an error where an argument is at fault: adding it gives any number that
  shape, which MAP needs;
- rules are the conditions of the declaration, in its order, and hold where all is well.

Excel takes R and C and everything that reads as a cell for references: no name here may be one. A number keeps 15
digits, because Excel keeps no more of a constant.
"""

from __future__ import annotations

from dataclasses import dataclass

from computefi.models.judgement import HIGHEST, LOWEST, REBRAND_TESTS


@dataclass(frozen=True, slots=True)
class Text:
    """The formula of a sheet function, and the Python function it mirrors (within the package)."""

    mirrors: str
    body: str
    rules: tuple[str, ...] = ()
    checked: bool = True


@dataclass(frozen=True, slots=True)
class Helper:
    """A formula that several functions share; its arguments are checked already."""

    mirrors: str
    parameters: tuple[str, ...]
    body: str


def array(numbers: object) -> str:
    """Numbers as a row of Excel constants; infinity as the largest bound the checks know."""
    values = [float(number) for number in numbers]  # type: ignore[attr-defined]
    return "{" + ",".join(plain(value) for value in values) + "}"


def plain(number: float) -> str:
    """A number as Excel reads it."""
    return f"{max(-1e300, min(1e300, number)):.15g}".replace("e", "E")


# Gauss-Legendre, 48 points on [-1, 1]: the positive half of the nodes, and their weights.
NODES = (
    "0.0323801709628694,0.0970046992094627,0.161222356068892,0.224763790394689,0.287362487355456,"
    "0.348755886292161,0.408686481990717,0.466902904750958,0.523160974722233,0.577224726083973,"
    "0.628867396776514,0.677872379632664,0.724034130923815,0.76715903251574,0.807066204029443,"
    "0.843588261624394,0.876572020274248,0.90587913671557,0.931386690706554,0.952987703160431,"
    "0.970591592546247,0.984124583722827,0.993530172266351,0.998771007252426"
)
WEIGHTS = (
    "0.0647376968126839,0.0644661644359501,0.0639242385846482,0.063114192286254,0.0620394231598927,"
    "0.0607044391658939,0.0591148396983956,0.0572772921004032,0.0551995036999842,0.0528901894851937,"
    "0.0503590355538545,0.0476166584924905,0.0446745608566943,0.0415450829434647,0.0382413510658307,"
    "0.0347772225647704,0.0311672278327981,0.0274265097083569,0.0235707608393244,0.0196161604573555,"
    "0.0155793157229438,0.0114772345792345,0.00732755390127626,0.00315334605230584"
)

HELPERS: dict[str, Helper] = {
    "CFI__ERROR": Helper(
        "spec.call._broken",
        ("content",),
        "IF(ISERROR(content),content,0)",
    ),
    "CFI__CHECK": Helper(
        "spec.kinds.Kind.outside",
        ("content", "low", "high"),
        "IF(ISNUMBER(content),IF((content<low)+(content>high),#NUM!,0),#VALUE!)",
    ),
    "CFI__FIT": Helper(
        "spec.call._fit",
        ("counts", "size"),
        "IF(SUM((counts>1)*(counts<>IF(size=0,MAX(counts),size))),#VALUE!,0)",
    ),
    "CFI__ROWS": Helper(
        "spec.call._spread",
        ("series",),
        "IF(COLUMNS(series)=1,TRANSPOSE(series),series)",
    ),
    "CFI__TOTALS": Helper(
        "spec.call._first_fault",
        ("series",),
        "BYROW(series,LAMBDA(one,SUM(one)))",
    ),
    "CFI__CLIP": Helper(
        "kernels.collateral.expected_shortfall_share",
        ("number", "low", "high"),
        "IF(number<low,low,IF(number>high,high,number))",
    ),
    # NORM.S.INV has no answer at 0 and 1, where the score is infinite.
    "CFI__SCORE": Helper(
        "kernels.collateral.tail_mean_factor",
        ("probability",),
        "IF(probability<=0,-1E+9,IF(probability>=1,1E+9,NORM.S.INV(probability)))",
    ),
    "CFI__TAIL": Helper(
        "kernels.collateral.tail_mean_factor",
        ("probability", "rho", "spread"),
        "NORM.S.DIST(CFI__SCORE(probability)-rho*spread,TRUE)/probability",
    ),
    "CFI__DILUTED": Helper(
        "models.wrongway._spread",
        ("rho", "horizon", "lag"),
        "IF(horizon+lag>0,rho*SQRT(horizon/(horizon+lag)),0)",
    ),
    # One point at a time. The names are those of the module, where the method is explained; odds is W.
    "CFI__PHI2": Helper(
        "kernels.normal.bivariate_normal_cdf",
        ("first", "second", "rho"),
        f"""LET(
            h,MEDIAN(-40,first,40),
            k,MEDIAN(-40,second,40),
            low_h,NORM.S.DIST(IF(h>k,-h,-k),TRUE),
            low_k,NORM.S.DIST(IF(h>k,k,h),TRUE),
            between,IF(low_k>low_h,low_k-low_h,0),
            IF(rho=1,NORM.S.DIST(MIN(h,k),TRUE),
            IF(rho=-1,between,
            IF(rho=0,NORM.S.DIST(h,TRUE)*NORM.S.DIST(k,TRUE),
            LET(
                odds,(1+rho)/(1-rho),
                alpha,(k-h)^2*odds/8,
                beta,(k+h)^2/odds/8,
                constant,(h*h+k*k)/4,
                least,IF(rho<0,0,1/odds),
                root,1+SQRT(1+16*alpha*beta),
                peak,MEDIAN(least,IF(rho<0,IF(alpha=0,1,root/alpha/4),4*beta/root),1),
                gain,ABS(LN(MAX(peak,1E-300)*IF(rho<0,1,odds)))/2,
                limit,alpha*peak+IF(beta=0,0,beta/peak)+33+gain,
                edge,limit+SQRT(MAX(0,limit*limit-4*alpha*beta)),
                high,IF(alpha=0,1,MIN(edge/alpha/2,1)),
                low,MAX(2*beta/edge,least,peak*EXP(-68)),
                nearest,-LN(high)/2,
                length,-LN(low)/2-nearest,
                nodes,{{{NODES}}},
                weights,{{{WEIGHTS}}},
                value,EXP(-nearest-length*(1+nodes*{{1;-1}})/2),
                squared,value*value,
                heights,EXP(-(constant+alpha*squared+beta/squared))*value/(1+odds*squared),
                base,IF(rho<0,between,NORM.S.DIST(h,TRUE)*NORM.S.DIST(k,TRUE)),
                base+SUM(weights*heights)*length/2*SQRT(odds)/PI())))))""",
    ),
    "CFI__LOSS": Helper(
        "kernels.collateral.expected_shortfall_share",
        ("claim", "mean", "probability", "rho", "spread"),
        """IF(claim=0,0,IF(mean=0,1,IF(spread=0,MAX(0,1-mean/claim),LET(
            score,(LN(claim/mean)+spread^2/2)/spread,
            threshold,CFI__SCORE(probability),
            lost,CFI__PHI2(threshold,score,rho),
            kept,mean/claim*CFI__PHI2(threshold-rho*spread,score-spread,rho),
            CFI__CLIP((lost-kept)/probability,0,1)))))""",
    ),
    "CFI__VARIANCE": Helper(
        "models.driver._variance",
        ("contracted", "vol_contract", "vol_market", "vol_other", "corr_contract_market", "leverage"),
        """LET(
            contract,leverage*contracted*vol_contract,
            market,leverage*(1-contracted)*vol_market,
            variance,contract^2+market^2+2*corr_contract_market*contract*market+vol_other^2,
            IF(variance<0,0,variance))""",
    ),
}

VARIANCE = "CFI__VARIANCE(contracted,vol_contract,vol_market,vol_other,corr_contract_market,leverage)"

FUNCTIONS: dict[str, Text] = {
    # Backlog
    "CFI_BACKLOG_COVERAGE": Text("models.backlog.backlog_coverage", "backlog/debt"),
    "CFI_CONTRACTED_SHARE": Text(
        "models.backlog.contracted_share",
        "(contracted-affiliate)/total",
        rules=("affiliate<=contracted", "contracted<=total"),
    ),
    "CFI_FIRM_SHARE": Text(
        "models.backlog.firm_share",
        """LET(
            noticed,IF(notice_months<remaining_months,notice_months,remaining_months)/remaining_months,
            noticed+break_fee*(1-noticed))""",
    ),
    "CFI_TAIL_EXPOSURE": Text(
        "models.backlog.tail_exposure",
        """LET(
            periods,SEQUENCE(1,COLUMNS(balances),0),
            CFI__TOTALS(balances*(periods=contract_periods))/CHOOSECOLS(balances,1))""",
        rules=("CHOOSECOLS(balances,1)<>0", "contract_periods<COLUMNS(balances)"),
    ),
    "CFI_EFFECTIVE_NAMES": Text(
        "models.backlog.effective_names",
        """LET(
            names,MAX(COLUMNS(weights),ROWS(correlation)),
            known,IF(ISNUMBER(weights),weights,0),
            all,known+0*SEQUENCE(1,names),
            shares,all/CFI__TOTALS(all),
            single,ROWS(correlation)*COLUMNS(correlation)=1,
            matrix,IF(single,IF(MUNIT(names)=1,1,correlation),correlation),
            spread,CFI__TOTALS(MMULT(shares,matrix)*shares),
            IF(spread>0,1/spread,#NUM!))""",
        rules=(
            "CFI__TOTALS(weights)<>0",
            """IF(ROWS(correlation)*COLUMNS(correlation)=1,TRUE,LET(
                mirror,TRANSPOSE(correlation),
                unequal,SUM(1*(ABS(correlation-mirror)>1E-8+1E-5*ABS(mirror))),
                diagonal,SUM(MUNIT(ROWS(correlation))*(ABS(correlation-1)>1.001E-5)),
                unequal+diagonal=0))""",
        ),
    ),
    "CFI_RISKED_COVERAGE": Text(
        "models.backlog.risked_coverage",
        """LET(
            firm,TRANSPOSE(take_or_pay*arms_length*(1-cancellable)*delivery),
            hazards,TRANSPOSE(hazard),
            periods,SEQUENCE(1,COLUMNS(revenue)),
            MAP(rate+clear,loan_periods+clear,debt+clear,periods_per_year+clear,
                LAMBDA(discount,last,owed,per_year,LET(
                    years,periods/per_year,
                    factors,(1+discount)^(-years)*(periods<=last),
                    earned,SUM(firm*revenue*EXP(-hazards*years)*factors),
                    (earned-SUM(opex*factors))/owed))))""",
    ),
    # Collateral haircut
    "CFI_HAIRCUT_VAR": Text(
        "models.haircut.haircut_var",
        "1-EXP((drift-volatility^2/2)*horizon-volatility*SQRT(horizon)*NORM.S.INV(confidence))",
    ),
    "CFI_HAIRCUT_LIQUIDITY": Text(
        "models.haircut.haircut_liquidity",
        "base+impact*IF(exponent=0,1,(quantity/(depth*horizon))^exponent)+decay*horizon/2",
    ),
    "CFI_COLLATERAL_HAIRCUT": Text(
        "models.haircut.collateral_haircut",
        "BYROW(haircuts,LAMBDA(one,1-PRODUCT(1-one)))",
    ),
    "CFI_GPU_RESIDUAL": Text(
        "models.gpu.gpu_residual",
        """LET(
            curve,floor+(1-floor)*EXP(-decay*age),
            steps,IF(shock_ages<=age,1-shocks,1),
            curve*BYROW(steps,LAMBDA(one,PRODUCT(one))))""",
    ),
    # Correlation-adjusted LTV
    "CFI_LTV": Text("models.wrongway.ltv", "loan/(value*(1-haircut))", rules=("haircut<>1",)),
    "CFI_VALUE_IN_DEFAULT": Text(
        "models.wrongway.value_in_default",
        """LET(
            spread,volatility*SQRT(horizon+lag),
            value*EXP(drift*(horizon+lag))*CFI__TAIL(pd,CFI__DILUTED(rho,horizon,lag),spread))""",
    ),
    "CFI_CORR_LTV": Text(
        "models.wrongway.corr_ltv",
        "loan/((1-sale_cost)*CFI_VALUE_IN_DEFAULT(value,pd,rho,volatility,horizon,drift,lag))",
    ),
    "CFI_CORR_LGD": Text(
        "models.wrongway.corr_lgd",
        """LET(
            claims,loan/(1-sale_cost)+clear,
            means,value*EXP(drift*(horizon+lag))+clear,
            diluted,CFI__DILUTED(rho,horizon,lag)+clear,
            spreads,volatility*SQRT(horizon+lag)+clear,
            shares,MAP(claims,means,pd+clear,diluted,spreads,
                LAMBDA(claim,mean,probability,slope,spread,CFI__LOSS(claim,mean,probability,slope,spread))),
            (1-unsecured_recovery)*shares)""",
    ),
    "CFI_CORR_EL": Text(
        "models.wrongway.corr_el",
        """LET(
            certain,IF(pd>0,pd,1),
            pd*CFI_CORR_LGD(loan,value,certain,rho,volatility,horizon,drift,sale_cost,lag,unsecured_recovery))""",
    ),
    "CFI_STRESS_LTV": Text(
        "models.wrongway.stress_ltv",
        """LET(
            shift,rho*volatility*SQRT(horizon),
            stressed,value*EXP(drift*horizon+shift*NORM.S.INV(quantile)-shift^2/2),
            loan/((1-sale_cost)*stressed))""",
    ),
    "CFI_STEP_IN_LGD": Text(
        "models.wrongway.step_in_lgd",
        """LET(
            market,CFI_CORR_LGD(loan,value,pd,rho,volatility,horizon,drift,sale_cost,0,0),
            assigned,IF(contract_value<loan,1-contract_value/loan,0),
            survival*assigned+(1-survival)*market)""",
    ),
    "CFI_WRONG_WAY": Text(
        "models.wrongway.wrong_way",
        """LET(
            ltv,CFI_CORR_LTV(loan,value,pd,rho,volatility,horizon,drift,sale_cost,lag),
            plain_ltv,CFI_CORR_LTV(loan,value,pd,0,volatility,horizon,drift,sale_cost,lag),
            lgd,CFI_CORR_LGD(loan,value,pd,rho,volatility,horizon,drift,sale_cost,lag,0),
            plain_lgd,CFI_CORR_LGD(loan,value,pd,0,volatility,horizon,drift,sale_cost,lag,0),
            HSTACK(TOCOL(ltv-plain_ltv+clear),TOCOL(lgd-plain_lgd+clear)))""",
    ),
    "CFI_DRIVER_RHO": Text(
        "models.driver.driver_rho",
        f"""LET(
            contract,leverage*contracted*vol_contract,
            market,leverage*(1-contracted)*vol_market,
            CFI__CLIP((contract*corr_contract+market*corr_market)/SQRT({VARIANCE}),-1,1))""",
        rules=(
            "1+2*corr_contract*corr_market*corr_contract_market"
            "-corr_contract^2-corr_market^2-corr_contract_market^2>=-1E-12",
            f"{VARIANCE}>0",
        ),
    ),
    "CFI_DRIVER_PD": Text(
        "models.driver.driver_pd",
        f"""LET(
            cushion,IF(TRIM(form)="lognormal",LN(dscr),1-1/dscr),
            NORM.S.DIST(-cushion/SQRT({VARIANCE}),TRUE))""",
        rules=(f"{VARIANCE}>0",),
    ),
    # Credit and support
    "CFI_PD_BOTH": Text(
        "models.support.pd_both",
        """MAP(CFI__SCORE(pd_1)+clear,CFI__SCORE(pd_2)+clear,rho+clear,
            LAMBDA(first,second,slope,CFI__PHI2(first,second,slope)))""",
    ),
    "CFI_PD_EITHER": Text(
        "models.support.pd_either",
        "pd_1+(1-step_in)*(pd_2-CFI_PD_BOTH(pd_1,pd_2,rho))",
    ),
    # Judgement
    "CFI_REBRAND_SCORE": Text(
        "models.judgement.rebrand_score",
        f"""LET(
            all,measures+0*SEQUENCE(1,{len(REBRAND_TESTS)}),
            full,{array(test[1] for test in REBRAND_TESTS)},
            nil,{array(test[2] for test in REBRAND_TESTS)},
            credit,CFI__CLIP((all-nil)/(full-nil),0,1),
            score,100*CFI__TOTALS(weights*credit)/CFI__TOTALS(weights+0*full),
            hard,1*HSTACK(CHOOSECOLS(all,1)<0.5,CHOOSECOLS(all,3)>0.5,CHOOSECOLS(all,4)=0,
                CHOOSECOLS(all,6)>=0.6,CHOOSECOLS(all,9)=0),
            fails,CFI__TOTALS(hard),
            first,BYROW(IF(hard=1,{{1,3,4,6,9}},99),LAMBDA(one,IF(MIN(one)=99,0,MIN(one)))),
            HSTACK(score,fails+0*score,first+0*score))""",
        rules=(
            f"CFI__TOTALS((measures<{array(LOWEST)})+(measures>{array(HIGHEST)}))=0",
            "CFI__TOTALS(weights)<>0",
        ),
    ),
    "CFI_NEOCLOUD_SCORE": Text(
        "models.judgement.neocloud_score",
        """LET(
            all,weights+0*SEQUENCE(1,4),
            judged,INDEX(all,1)*software+INDEX(all,2)*contracted_share,
            relative,INDEX(all,3)*backlog/MAX(backlog)+INDEX(all,4)*customers/MAX(customers),
            score,TRANSPOSE(100*(judged+relative)/SUM(all)),
            rank,MAP(score,LAMBDA(one,1+SUM(1*(score>one)))),
            HSTACK(score,rank))""",
        rules=("MAX(backlog)>0", "MAX(customers)>0", "SUM(weights)<>0"),
    ),
    "CFI_WHY": Text(
        "models.judgement.why",
        '"The reason is known to the computefi add-in only; this workbook computes without it."',
        checked=False,
    ),
}
