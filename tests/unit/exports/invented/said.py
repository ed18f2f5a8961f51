"""What is said of the invented coalition: claims that were published, and the words of leads."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.unit.exports.invented.coalition import AS_OF, NASTY, ON_SAMPLE, PERIODS, PROGRAMS, SCRIPT


def claim_rows() -> list[dict[str, Any]]:
    """``pub_leadership__claims``: each verdict, a poll's estimate, a name, a hidden count, an uninvited tag."""
    blank: dict[str, Any] = {
        "claim_code": "", "claim_number": 0, "program_code": None, "about": "", "source_sentence": "",
        "page_title": "The plan", "page_date": "2023-01", "timing": "state", "speaks_for_date": None,
        "measure": "indicator", "measure_code": None, "indicator_name": None, "comparison": "at_least",
        "claimed_value": None, "unit": "people", "tolerance": None, "tolerance_reason": None, "caveat": None,
        "period": None, "wave_code": None, "value": None, "value_low": None, "value_high": None, "is_suppressed": False,
        "coverage_met": None, "coverage_due": None, "verdict": "cannot_tell", "reason_code": "no_data",
        "why": ON_SAMPLE + "There is no figure yet to hold against it.", "needed": "Returns with this figure",
        "is_synthetic": True,
    }  # fmt: skip
    rows = [
        {"claim_code": "advocates", "about": "Advocates", "source_sentence": "It has more than 200 advocates, “now”.",
         "comparison": "more_than", "claimed_value": 200, "period": "2026-Q3", "value": 231, "value_low": 231,
         "value_high": 231, "coverage_met": 1, "coverage_due": 1, "verdict": "supported", "reason_code": "meets",
         "indicator_name": "Advocates in the community", "needed": None,
         "why": ON_SAMPLE + "Every value that the figure can have meets the claim."},
        {"claim_code": "organisations", "about": "Organisations", "unit": "organisations", "claimed_value": 1,
         "source_sentence": "It has more than 200 advocates, “now”.", "period": "2026-Q3", "timing": "once",
         "value_low": 0, "value_high": 1, "coverage_met": 1, "coverage_due": 2, "reason_code": "incomplete",
         "why": ON_SAMPLE + "Returns or figures are missing, and they can decide it.", "needed": "Returns still missing: 1"},
        {"claim_code": "poll", "about": "UK: trust damaged", "source_sentence": "In the UK, 58% say so.", "unit": "percent",
         "measure": "survey_estimate", "comparison": "about", "claimed_value": 58, "tolerance": 0.5, "wave_code": "2022",
         "value": 62, "value_low": 60, "value_high": 64, "verdict": "contradicted", "reason_code": "misses", "needed": None,
         "why": ON_SAMPLE + "No value in the 95% range of the estimate meets the claim."},
        {"claim_code": "small", "about": "Scholars", "source_sentence": "There are scholars.", "claimed_value": 1,
         "is_suppressed": True, "reason_code": "hidden", "period": "2026-Q3", "coverage_met": 1, "coverage_due": 1,
         "why": ON_SAMPLE + "A count of 1 to 10 people is hidden here.", "page_title": "Later", "page_date": None},
        {"claim_code": "million", "about": "A million", "source_sentence": SCRIPT, "page_title": SCRIPT, "page_date": None,
         "comparison": "name_only", "measure": "none", "caveat": NASTY, "needed": SCRIPT, "unit": "conversations",
         "why": ON_SAMPLE + "It is a name and not a target: no figure is claimed.", "reason_code": "name_only"},
    ]  # fmt: skip
    return [blank | row | {"claim_number": number} for number, row in enumerate(rows, 1)]


def lead_claim_rows() -> list[dict[str, Any]]:
    """``pub_leads__claims``: the same claims, of which the first is of CHEER, and nothing hidden."""
    rows = [{key: value for key, value in row.items() if key != "is_suppressed"} for row in claim_rows()]
    rows[0] |= {"program_code": "cheer"}
    rows[3] |= {"value": 7, "value_low": 7, "value_high": 7, "verdict": "supported", "reason_code": "meets"}
    return rows


def lead_comment_rows() -> list[dict[str, Any]]:
    """``pub_leads__commentary``: a lead's words with markup in them."""
    return [
        {
            "program_code": "heal",
            "period": PERIODS[-1],
            "comment_id": "C000001",
            "comment_text": SCRIPT,
            "written_by": "lead@coalition.example",
            "written_on": AS_OF,
            "is_synthetic": True,
        }
    ]


def released_comment_rows() -> list[dict[str, Any]]:
    """``pub_leadership__commentary``: signed words and a story."""
    row = {
        "program_code": "heal",
        "program_name": PROGRAMS["heal"],
        "period": PERIODS[-1],
        "comment_id": "C000007",
        "indicator_code": None,
        "comment_kind": "commentary",
        "comment_text": f"Two partners doubled their places.\n{SCRIPT}",
        "written_on": AS_OF,
        "consent_expires_on": None,
        "is_synthetic": True,
    }
    story = {"comment_id": "C000009", "comment_kind": "story", "consent_expires_on": date(2028, 12, 31)}
    return [row, row | story | {"comment_text": "S. was seen, and heard."}]
