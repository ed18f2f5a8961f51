"""What changed between two published builds, and which events lie between them: "changed since you last looked"."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pandas as pd

from exports import table, wording
from exports.origin_words import number
from exports.published import Published, PublishedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sources.log.event import Event

OBLIGATIONS = "pub_leads__obligations"
#: What is compared of a KPI, and what it is called.
_KPI = {
    "value": "value",
    "value_low": "value at least",
    "value_high": "value at most",
    "target_value": "target",
    "target_year": "target year",
    "progress_status": "progress",
    "data_status": "status",
    "coverage": "returns",
}
_OBLIGATION = {"obligation_state": "return", "data_status": "status of the return"}
_WORDS = {**wording.PROGRESS, **wording.DATA_STATUS, **wording.OBLIGATION}
COLUMNS = (
    *("program_code", "program_name", "topic", "code", "name", "unit", "period", "span", "covers", "what"),
    *("before", "after", "reason"),
)


@dataclass(frozen=True)
class Between:
    """The events between two builds.

    Attributes:
        first: Sequence of the first of them; ``None`` where there is none.
        last: Sequence of the last.
        proposals: Proposed changes of targets by number, also those from before.
    """

    events: tuple[Event, ...]
    code_changed: bool
    proposals: Mapping[str, Event] = field(default_factory=dict)

    @property
    def first(self) -> int | None:
        """Sequence of the first event."""
        return self.events[0].seq if self.events else None

    @property
    def last(self) -> int | None:
        """Sequence of the last event."""
        return self.events[-1].seq if self.events else None


def builds(location: str, events: Sequence[Event] = ()) -> list[Published]:
    """Every published build that lies there, oldest first: by the day it speaks for, then by the log it rests on."""
    from exports import store

    seq = {event.hash: event.seq for event in events}
    fs, root = store.locate(location)
    found = []
    for path in fs.ls(root, detail=False) if fs.exists(root) else []:
        build_id = str(path).rstrip("/").rpartition("/")[2]
        if fs.isdir(path) and not build_id.startswith("."):
            try:
                found.append(Published.open(location, build_id))
            except PublishedError:
                continue
    return sorted(
        found, key=lambda build: (build.as_of, seq.get(str(build.manifest.get("log_head")), 0), build.build_id)
    )


def between(before: Published, now: Published, events: Sequence[Event]) -> Between:
    """Events written after ``before`` was made and up to the log that ``now`` rests on.

    A build whose log head is not in the log (another log, or an old build) is taken to stand before everything.
    """
    seq = {event.hash: event.seq for event in events}
    start = seq.get(str(before.manifest.get("log_head")), 0)
    end = seq.get(str(now.manifest.get("log_head")), events[-1].seq if events else 0)
    inside = tuple(event for event in events if start < event.seq <= end)
    proposals = {
        event.payload["change_id"]: event
        for event in events
        if event.kind == "target_changed" and event.payload.get("step") == "proposed"
    }
    return Between(inside, before.manifest.get("code_version") != now.manifest.get("code_version"), proposals)


def changed_since(
    published_before: Published, published_now: Published, events: Sequence[Event] = (), *, program: str | None = None
) -> pd.DataFrame:
    """Every KPI cell and obligation that differs between two builds, with what happened in between as the reason.

    Args:
        events: The whole log; without it reasons stay empty.
        program: Only this program.

    Returns:
        Columns :data:`COLUMNS`: one row per cell that differs. ``topic`` is ``kpi`` (``code`` is the indicator) or
        ``obligation`` (``code`` is the partner); ``before`` and ``after`` are text, empty where there was nothing.
    """
    lies = between(published_before, published_now, events) if events else None
    rows = [
        *_differences(_kpis(published_before), _kpis(published_now), "kpi", _KPI),
        *_differences(_obligations(published_before), _obligations(published_now), "obligation", _OBLIGATION),
    ]
    if program is not None:
        rows = [row for row in rows if row["program_code"] == program]
    days = published_before.as_of != published_now.as_of
    # A row is explained by its own program's events; each row looks at no others.
    own: dict[str, Between] = {}
    for row in rows:
        slug = row["program_code"]
        if lies is not None and slug not in own:
            own[slug] = replace(lies, events=tuple(event for event in lies.events if event.program == slug))
        row["reason"] = reasons(row, own[slug], days) if lies is not None else ""
    frame = pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)
    return frame.sort_values(["program_code", "topic", "code", "period", "span", "what"], ignore_index=True)


def reasons(row: Mapping[str, Any], lies: Between, days: bool) -> str:
    """What happened between two builds that can have changed a cell, in plain words."""
    found: list[str] = []
    for event in lies.events:
        sentence = _reason(row, event, lies.proposals)
        if sentence is not None and sentence not in found:
            found.append(sentence)
    if not found and lies.code_changed:
        found.append("Definition or calculation changed (another version of the code)")
    if not found and days:
        found.append("Another day: what is due, late or required depends on it")
    return "; ".join(found)


def _reason(row: Mapping[str, Any], event: Event, proposals: Mapping[str, Event]) -> str | None:
    if event.program != row["program_code"]:
        return None
    payload = event.payload
    if event.kind == "target_changed":
        return _target_reason(row, event, proposals)
    if event.period is None or event.partner is None:
        return None
    if row["topic"] == "obligation" and (event.partner, event.period) != (row["code"], row["period"]):
        return None
    if row["topic"] == "kpi" and not _touches(row, event.period):
        return None
    whose = f"{event.period} of {event.partner}"
    code = f" ({payload['reason_code'].replace('_', ' ')})" if payload.get("reason_code") else ""
    why = f": {event.why}" if event.why else ""
    if event.kind == "received":
        return f"Correction of {whose}{code}{why}" if event.why or code else f"Return of {whose} came in"
    if event.kind == "judged" and payload.get("revalidation"):
        return f"{whose} judged anew with other rules{why}"
    words = {
        "withdrawn": f"{whose} withdrawn{code}{why}",
        "returned": f"{whose} sent back{why}",
        "approved": f"{whose} approved by {event.who}",
        "reopened": f"{whose} reopened{code}{why}",
        "nil": f"Nothing to report for {whose}",
        "waived": f"{whose} excused{why}",
        "erased": f"Data of {whose} erased on request",
        "confirmed": f"Warnings of {whose} confirmed",
    }
    return words.get(event.kind)


def _touches(row: Mapping[str, Any], period: str) -> bool:
    """Whether a return for a quarter can enter a figure: not after its quarter, nor before its span."""
    if row["span"] == "quarter":
        return bool(period == row["period"])
    if row["span"] == "year_to_date":
        return bool(period[:4] == row["period"][:4] and period <= row["period"])
    return bool(period <= row["period"])


def _target_reason(row: Mapping[str, Any], event: Event, proposals: Mapping[str, Event]) -> str | None:
    if row["topic"] != "kpi" or event.payload.get("step") != "approved":
        return None
    proposal = proposals.get(event.payload["change_id"])
    if proposal is None or proposal.payload["indicator_code"] != row["code"]:
        return None
    payload = proposal.payload
    before = "none" if payload["before"] is None else number(Decimal(payload["before"]))
    numbers = f"from {before} to {number(Decimal(payload['value']))}"
    return f"Target {payload['year']} changed {numbers} by {proposal.who} and {event.who}: {proposal.why}"


def _kpis(published: Published) -> dict[tuple[str, ...], dict[str, Any]]:
    """KPI rows by indicator, quarter and span."""
    if not published.has(table.KPI):
        return {}
    return {
        (row["indicator_code"], row["period"], row["span"]): {
            **row,
            "code": row["indicator_code"],
            "name": row["indicator_name"],
            "covers": wording.span_text(row["span"], row.get("kind"), row["period"]),
            "coverage": f"{row['coverage_met']} of {row['coverage_due']}",
        }
        for row in published.arrow(table.KPI).to_pylist()
    }


def _obligations(published: Published) -> dict[tuple[str, ...], dict[str, Any]]:
    """Obligations by program, partner and quarter."""
    if not published.has(OBLIGATIONS):
        return {}
    return {
        (row["program_code"], row["partner_code"], row["period"]): {
            **row,
            "code": row["partner_code"],
            "name": row["partner_name"],
            "unit": "",
            "span": "quarter",
            "covers": "",
        }
        for row in published.arrow(OBLIGATIONS).to_pylist()
    }


def _differences(
    before: Mapping[tuple[str, ...], dict[str, Any]],
    now: Mapping[tuple[str, ...], dict[str, Any]],
    topic: str,
    compared: Mapping[str, str],
) -> Iterable[dict[str, Any]]:
    for key in sorted({*before, *now}):
        old, new = before.get(key, {}), now.get(key, {})
        shown = new or old
        for column, what in compared.items():
            if column in ("value_low", "value_high") and _one_number(old, new):
                continue
            left, right = _text(old.get(column)), _text(new.get(column))
            if left != right:
                identity = {name: shown[name] for name in ("program_code", "program_name", "code", "name", "unit")}
                place = {name: shown[name] for name in ("period", "span", "covers")}
                yield {**identity, **place, "topic": topic, "what": what, "before": left, "after": right}


def _one_number(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether a figure is one number on both sides, so that its bounds say nothing more."""
    return all(row.get("value_low") == row.get("value_high") for row in (old, new))


def _text(value: Any) -> str:
    if value is None:
        return ""
    return number(value) if isinstance(value, Decimal) else _WORDS.get(str(value), str(value))
