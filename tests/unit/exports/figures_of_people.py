"""Figures about people as the mart hands them to disclosure control, in short."""

from __future__ import annotations

import pandas as pd

COLUMNS = (
    "figure_id", "source", "tier", "indicator_code", "period", "span", "kind", "dimension", "member_code", "count_low",
    "count_high", "base", "low_adds", "parts_of",
)  # fmt: skip


def figure(code, period, count, *, high=None, base=None, member=None, span="since_start", parts_of=None, **more):
    """One figure; ``member`` such as ``country:BR`` makes it a part of the headline."""
    dimension, _, name = (member or "total:total").partition(":")
    return {
        "figure_id": "/".join([code, period, span, *([member] if member else [])]),
        "source": "breakdown" if member else "progress",
        "tier": "B",
        "indicator_code": code,
        "period": period,
        "span": span,
        "kind": "flow" if base is None else "ratio",
        "dimension": dimension,
        "member_code": name,
        "count_low": count,
        "count_high": count if high is None else high,
        "base": base,
        "low_adds": True,
        "parts_of": parts_of,
    } | more


def split(code, period, members, **more):
    """A headline with its parts: ``{"country:BR": 5, …}``; the total is that of the first dimension."""
    first = next(iter(members)).partition(":")[0]
    total = sum(count for member, count in members.items() if member.startswith(f"{first}:"))
    return [
        figure(code, period, total, **more),
        *(figure(code, period, count, member=member, **more) for member, count in members.items()),
    ]


def frame(*figures):
    """Figures as a frame."""
    return pd.DataFrame(list(figures), columns=list(COLUMNS))


def decided(figures, result):
    """Figures beside what was decided of them, as ``pub_leads__disclosure`` publishes both."""
    return figures.merge(result, on="figure_id", validate="one_to_one")
