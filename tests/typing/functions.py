"""What a type checker must make of calls: read by mypy in tests/tools/test_typing.py, never run."""

from decimal import Decimal
from typing import assert_type

import numpy as np
from numpy.typing import NDArray

import computefi
from computefi import ModelError

Array = NDArray[np.float64]

assert_type(computefi.ltv(70, 100), float)
assert_type(computefi.corr_lgd(70, 100, 0.05, 0.5, 0.4, horizon=1, lag=0.25), float)
assert_type(computefi.ltv(np.linspace(70, 80, 3), 100), float | Array)
assert_type(computefi.llcr([20.0, 20.0, 20.0], 50, 0.06), float)
assert_type(computefi.llcr(np.ones((2, 3)), 50, 0.06), float | Array)
assert_type(computefi.wrong_way(70, 100, 0.05, 0.5, 0.4, 1).ltv_added, float)
assert_type(computefi.amortise(100, 0.1, 2).balance, Array)
assert_type(computefi.ltv(Decimal(70), 100, errors="nan"), float)
assert_type(computefi.why("CFI_LTV", 70, 0), str)
assert_type(computefi.driver_pd(1.35, 0.6, 0.1, 0.3, 0.05, form="lognormal"), float)
assert_type(ModelError("value", "must not be 0", 0).parameter, str)

computefi.ltv("70", 100)  # type: ignore[arg-type]
computefi.ltv(70)  # type: ignore[call-overload]
computefi.ltv(70, 100, hair_cut=0.1)  # type: ignore[call-overload]
computefi.no_such_function(1)  # type: ignore[attr-defined]
computefi.ltv(70, 100, errors="none")  # type: ignore[call-overload]
print(computefi.wrong_way(70, 100, 0.05, 0.5, 0.4, 1).lgd_addde)  # type: ignore[attr-defined]
