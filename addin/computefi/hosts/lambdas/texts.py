"""The native formulas of our functions, from their declarations, and the formulas that several of them share."""

from __future__ import annotations

from dataclasses import dataclass

from computefi.spec import REGISTRY
from computefi.spec.native import Native

FUNCTIONS: dict[str, Native] = {name: spec.native for name, spec in REGISTRY.items() if spec.native}


@dataclass(frozen=True, slots=True)
class Helper:
    """A formula that several functions share, and the Python function it mirrors; its arguments are checked already."""

    mirrors: str
    parameters: tuple[str, ...]
    body: str


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
        "spec.running._broken",
        ("content",),
        "IF(ISERROR(content),content,0)",
    ),
    "CFI__CHECK": Helper(
        "spec.kinds.Kind.outside",
        ("content", "low", "high"),
        "IF(ISNUMBER(content),IF((content<low)+(content>high),#NUM!,0),#VALUE!)",
    ),
    "CFI__FIT": Helper(
        "spec.binding._fit",
        ("counts", "size"),
        "IF(SUM((counts>1)*(counts<>IF(size=0,MAX(counts),size))),#VALUE!,0)",
    ),
    "CFI__ROWS": Helper(
        "spec.binding.spread",
        ("series",),
        "IF(COLUMNS(series)=1,TRANSPOSE(series),series)",
    ),
    "CFI__TOTALS": Helper(
        "spec.running._first_fault",
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
        "kernels.collateral.diluted_spread",
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


def mirrors(name: str) -> str:
    """The Python function behind a LAMBDA, within the package."""
    if name in HELPERS:
        return HELPERS[name].mirrors
    function = REGISTRY[name].function
    return f"{function.__module__.removeprefix('computefi.')}.{function.__name__}"
