"""``needs_rate``: an amount needs a euro rate for its currency on its day or before it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from expectations import words
from expectations.rules.base import Context, Explanation, Finding, Positions, causes, filled
from sources import periods
from sources.contract.model import Contract, Rule


def check(frame: pd.DataFrame, rule: Rule, contract: Contract, ctx: Context) -> pd.Series[Any]:
    """Fine where there is no amount or currency, or a rate is known. Looks up each currency and day once."""
    currency, days = frame[rule.params["currency"]], _days(frame, rule, ctx)
    asked = filled(frame, rule.params["amount"]) & currency.notna() & (currency != "EUR")
    result: pd.Series[Any] = ~asked
    for (code, day), at in _pairs(currency[asked], days[asked]).items():
        result.loc[at] = ctx.rates.rate_on(code, day.date()) is not None
    return result


def _pairs(currency: pd.Series[Any], days: pd.Series[Any]) -> dict[Any, pd.Index[Any]]:
    """Row labels by currency and day."""
    return currency.groupby([currency.astype(str), days], sort=False).groups


def explain(frame: pd.DataFrame, rule: Rule, contract: Contract, ctx: Context, positions: Positions) -> Explanation:
    """One line per currency and day."""
    currency, days = frame[rule.params["currency"]], _days(frame, rule, ctx)
    findings = []
    for group in causes(positions, currency, days):
        code, day = currency.iloc[group[0]], days.iloc[group[0]]
        findings.append(
            Finding(
                group,
                f"there is no euro rate for {code} on {words.day(day)} or in the days before",
                "Ask your program lead to put a sourced rate on file, or give the amount in another currency.",
                str(code),
                "a currency with a euro rate",
            )
        )
    return Explanation(findings, "there is no euro rate for several currencies or days", rule.params["currency"])


def _days(frame: pd.DataFrame, rule: Rule, ctx: Context) -> pd.Series[Any]:
    last = pd.Timestamp(periods.last_day(ctx.period))
    if "date" not in rule.params:
        return pd.Series([last] * len(frame), index=frame.index)
    days: pd.Series[Any] = pd.to_datetime(frame[rule.params["date"]]).fillna(last)
    return days
