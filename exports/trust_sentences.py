"""What can honestly be said of the trust gap, each sentence computed from its row."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from exports import wording
from exports.trust_facts import TrustFacts

NO_POLLS = "There are no polls yet: no return of the trust survey has been accepted, so nothing can be said of the gap."
NOT_COMPARABLE = (
    "No country has been polled twice in the same way, so no change can be told. What each poll found is below."
)
ABOUT = (
    "The gap: how many percentage points more often people of a group say they had experiences that damaged their "
    "trust in the healthcare system than all others do. Below zero: less often."
)
NO_NUMBER = "No number is published for “substantially”."
NOT_SHOWN = "not shown"


def number(value: float | None) -> str:
    """A figure with one decimal: ``5.2``, ``−1.0``; ``no data`` where missing."""
    if value is None:
        return wording.NO_DATA
    # Halves away from zero: what is published has two decimals, and 32.25 reads as 32.3.
    text = str(abs(Decimal(str(value))).quantize(Decimal("0.1"), ROUND_HALF_UP))
    return f"{wording.MINUS}{text}" if value < 0 and text != "0.0" else text


def points(value: float | None) -> str:
    """A difference of shares: ``5.2 points``."""
    return f"{number(value)} points"


def span(low: float | None, high: float | None) -> str:
    """An interval: ``1.2–5.2``, ``−6.3 to 2.0``; nothing where it is not known."""
    if low is None or high is None:
        return ""
    return f"{number(low)}{' to ' if low < 0 else '–'}{number(high)}"


def interval_word(modelled: bool) -> str:
    """What an interval is called: where a sample was not drawn at random it rests on a model."""
    return "modelled interval" if modelled else "95% interval"


def first_sentences(facts: TrustFacts) -> list[str]:
    """The page's first sentences: what changed, the largest gap, what the goal asks, which countries compare."""
    rows = facts.headline
    if not rows:
        return [NOT_COMPARABLE]
    first, latest = rows[0]["base_wave_code"], rows[0]["wave_code"]
    sentences = [f"{first} to {latest}: {_lower(change_sentences(rows)[0])}", *change_sentences(rows)[1:]]
    known = [row for row in rows if row["gap_points"] is not None]
    if known:
        largest = max(known, key=lambda row: row["gap_points"])
        low, high = (facts.gap(largest, latest).get(f"gap_{end}_points") for end in ("low", "high"))
        interval = f" ({interval_word(facts.is_modelled(largest))} {span(low, high)})" if span(low, high) else ""
        sentences.append(
            f"The largest of these gaps in {latest}: {_lower(largest['group_name'])}, "
            f"{points(largest['gap_points'])}{interval}."
        )
    return [
        *sentences,
        goal_sentence(rows),
        f"This rests on {facts.countries}, polled in the same way in {first} and {latest}; each counts alike. It is no "
        "average of the world.",
    ]


def change_sentences(rows: Sequence[dict[str, Any]]) -> list[str]:
    """For whom the gap changed by more than chance would explain, and for whom that cannot be told."""
    sentences = []
    for statuses, said in (
        (("target_met",), "At or below the gap that the goal asks for, even allowing for chance"),
        (("on_track", "improving"), "Narrowed by more than chance would explain"),
        (("worsening",), "Widened by more than chance would explain"),
    ):
        found = [row for row in rows if row["progress_status"] in statuses]
        if found:
            sentences.append(f"{said}: {_names(found)}.")
    unseen = [row for row in rows if row["progress_status"] == "no_detectable_change"]
    if unseen:
        sizes = [row["detectable_change_points"] for row in unseen if row["detectable_change_points"] is not None]
        who = f"any of the {len(rows)} groups" if len(unseen) == len(rows) > 1 else _names(unseen)
        size = (
            f": the smallest change that these polls would find four times in five is {_from_to(sizes)}"
            if sizes
            else ""
        )
        sentences.append(f"No detectable change for {who}. That does not mean nothing changed{size}.")
    unknown = [row for row in rows if row["progress_status"] == "not_assessable"]
    if unknown:
        sentences.append(f"Not assessable: {_names(unknown)}.")
    return sentences


def goal_sentence(rows: Sequence[dict[str, Any]]) -> str:
    """The goal in words, and what is taken it to mean."""
    told = "The goal is to help close the trust gap substantially by 2030."
    row = next((row for row in rows if row["target_gap_points"] is not None and row["base_gap_points"]), None)
    if row is None or row["target_basis"] != "assumed":
        return told if row else f"{told} {NO_NUMBER}"
    left = round(100 * row["target_gap_points"] / row["base_gap_points"])
    return f"{told} {NO_NUMBER} Assumed here: {left}% of the gap of {row['base_wave_code']} is left by then."


def annual_sentence(facts: TrustFacts) -> str | None:
    """One sentence on the trust gap for the annual extract; none without polls."""
    rows = facts.headline
    if not rows:
        return NOT_COMPARABLE if facts.gaps else None
    said = " ".join(change_sentences(rows))
    when = f"Between {rows[0]['base_wave_code']} and {rows[0]['wave_code']}, in {facts.countries}"
    return f"{when}: {_lower(said)} The goal says “substantially”; no number is published for it."


def status_note(row: dict[str, Any]) -> str:
    """What a status means for this row."""
    basis = "the assumed goal" if row["target_basis"] == "assumed" else "the goal"
    by_now = f"by {row['wave_code']} {basis} needed {points(row['required_gap_points'])}"
    notes = {
        "target_met": f"At or below the {points(row['target_gap_points'])} of {basis}, even allowing for chance.",
        "on_track": f"Narrowed by more than chance would explain, and on the estimate fast enough: {by_now}.",
        "improving": f"Narrowed by more than chance would explain, but on the estimate too slowly: {by_now}.",
        "worsening": "Widened by more than chance would explain.",
        "no_detectable_change": "Not the same as no change. Smallest change that could have been found (four times in "
        f"five): {points(row['detectable_change_points'])}.",
    }
    return notes.get(row["progress_status"]) or str(row["refusal_reason"] or "It cannot be said.")


def goal_note(row: dict[str, Any]) -> str:
    """What kind of goal it is, and the pace it asks for; nothing where there is none."""
    if row["target_gap_points"] is None:
        return ""
    need = row["required_per_year_points"]
    # Nothing is asked of a gap that is smaller than the goal asks.
    pace = "" if need is None or need >= 0 else f"{number(-need)} less each year"
    return "; ".join(part for part in ("assumed" if row["target_basis"] == "assumed" else "", pace) if part)


def outlook(row: dict[str, Any]) -> str:
    """The part of the way closed and where it would lead, as intervals only."""
    parts = []
    if row["attained_low_pct"] is not None and row["attained_high_pct"] is not None:
        low, high = row["attained_low_pct"], row["attained_high_pct"]
        # Below −100% the gap more than doubled: how far below says nothing to anybody.
        closed = f"between {number(low)}% and" if low >= -100 else "at most"
        parts.append(f"Part of the way closed: {closed} {number(high)}%.")
    elif row["refusal_reason"]:
        parts.append(str(row["refusal_reason"]))
    if row["projected_low_points"] is not None:
        low, high = (number(row[f"projected_{end}_points"]) for end in ("low", "high"))
        parts.append(f"If it went on so, the gap in 2030 would lie between {low} and {high} points (95%).")
    return " ".join(parts)


def _from_to(sizes: Sequence[float]) -> str:
    low, high = points(min(sizes)), points(max(sizes))
    return low if low == high else f"{low.removesuffix(' points')} to {high}, by group"


def _names(rows: Sequence[dict[str, Any]]) -> str:
    return wording.listed([_lower(row["group_name"]) for row in rows])


def _lower(text: str) -> str:
    """Mid-sentence; initialisms such as LGBTQ+ stay as they are."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]
