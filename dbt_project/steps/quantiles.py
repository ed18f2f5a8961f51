"""Quantiles of the t and beta distributions for the survey models, which no SQL engine has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import pyarrow as pa

LOWER, UPPER = 0.025, 0.975
#: Quantiles for a one-sided test at 5 % and for the change that is found four times in five.
ONE_SIDED, POWER = 0.95, 0.80
#: Where the file lies below ``raw/``.
QUANTILES_FILE = "_steps/survey_quantiles.parquet"
KEYS = ("query_code", "outcome_code")
VALUES = (
    "t_df", "t_one_sided", "t_power", "p_value", "n_eff_df", "beta_lo", "beta_hi",
    "kg_a_lo", "kg_a_hi", "kg_b_lo", "kg_b_hi",
)  # fmt: skip


def survey_quantiles(moments: pd.DataFrame) -> pa.Table:
    """Quantiles of each query of ``int_survey__moments``.

    Args:
        moments: Columns ``query_code outcome_code quantity estimate se df`` and ``n share se df`` of groups a and b.

    Returns:
        One row per query, in the order given: ``t_df`` (97.5 % of t with the design's degrees of freedom; 95 % and 80 %
        are ``t_one_sided`` and ``t_power``), ``p_value``
        (two-sided, of a difference; undefined where the standard error is zero), ``n_eff_df`` (effective sample size
        adjusted for degrees of freedom and capped at n: NCHS, calculate_KornGraubard_CIs v2.0), ``beta_lo beta_hi``
        (without the cap, as R's ``svyciprop(method = "beta")``), ``kg_a_lo kg_a_hi kg_b_lo kg_b_hi`` (Korn & Graubard
        1998 limits of the first and second group). What is undefined is null.
    """
    import numpy as np
    import pyarrow as pa
    from scipy import special

    def number(name: str) -> np.ndarray[Any, np.dtype[np.float64]]:
        return moments[name].astype("Float64").to_numpy(dtype="float64", na_value=np.nan)

    estimate, se, df = number("estimate"), number("se"), number("df")
    quantity = moments["quantity"].to_numpy()
    with np.errstate(all="ignore"):
        # A difference that rests on rounding alone is none.
        tested = (quantity != "prop") & (se > 0) & (df > 0)
        p_value = np.where(tested, 2 * special.stdtr(df, -np.abs(estimate / se)), np.nan)
        columns = {
            "t_df": _t(df),
            "t_one_sided": _t(df, ONE_SIDED),
            "t_power": _t(df, POWER),
            "p_value": p_value,
        }
        # MOVER is of a difference of two groups only.
        for side, asked in (("a", quantity != "did"), ("b", quantity == "diff")):
            share, n = np.where(asked, number(f"share_{side}"), np.nan), number(f"n_{side}")
            se_side, df_side = number(f"se_{side}"), number(f"df_{side}")
            adjusted = share * (1 - share) / se_side**2 * (_t(n - 1) / _t(df_side)) ** 2
            certain = (share == 0) | (share == 1)
            capped = np.where(certain, n, np.minimum(n, adjusted))
            columns[f"kg_{side}_lo"], columns[f"kg_{side}_hi"] = _beta_limits(share, capped)
            if side == "a":
                columns["n_eff_df"] = capped
                finite = np.where(np.isfinite(adjusted) & ~certain & (quantity == "prop"), adjusted, np.nan)
                columns["beta_lo"], columns["beta_hi"] = _beta_limits(share, finite)
    keys = {name: pa.array(moments[name], pa.string()) for name in KEYS}
    return pa.table(keys | {name: pa.array(columns[name], pa.float64(), from_pandas=True) for name in VALUES})


def quantiles_file(moments: pd.DataFrame | None = None) -> bytes:
    """The Parquet file dbt reads as its source ``steps.survey_quantiles``; without rows where nothing was asked."""
    import io

    import pyarrow.parquet as pq

    sink = io.BytesIO()
    pq.write_table(survey_quantiles(_no_moments() if moments is None else moments), sink, compression="zstd")
    return sink.getvalue()


def _no_moments() -> pd.DataFrame:
    import pandas as pd

    names = ("query_code", "outcome_code", "quantity", "estimate", "se", "df")
    groups = tuple(f"{name}_{side}" for side in ("a", "b") for name in ("n", "share", "se", "df"))
    return pd.DataFrame({name: pd.Series(dtype="object") for name in (*names, *groups)})


def _t(df: np.ndarray[Any, Any], level: float = UPPER) -> np.ndarray[Any, Any]:
    import numpy as np
    from scipy import special

    return np.where(df > 0, special.stdtrit(np.where(df > 0, df, np.nan), level), np.nan)


def _beta_limits(share: np.ndarray[Any, Any], size: np.ndarray[Any, Any]) -> tuple[Any, Any]:
    """Clopper-Pearson limits of ``share * size`` successes in ``size``, neither of them whole."""
    import numpy as np
    from scipy import special

    successes = share * size
    known = np.isfinite(successes)
    low = np.where(successes > 0, special.betaincinv(successes, size - successes + 1, LOWER), 0.0)
    high = np.where(successes < size, special.betaincinv(successes + 1, size - successes, UPPER), 1.0)
    return np.where(known, low, np.nan), np.where(known, high, np.nan)
