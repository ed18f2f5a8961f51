"""The annual extract's notes on method: where figures come from, what they mean, what they cannot tell."""

from __future__ import annotations

from exports import verdict, wording
from exports.extract.facts import Facts


def methods(facts: Facts) -> list[tuple[str, str]]:
    """Headings and sentences on how the figures came to be."""
    return [
        *_sources(facts),
        (
            "Ranges",
            "Where one person may have been counted twice, or a partner reported “fewer than five”, the figure is "
            "given as low–high: the true value lies between. Attained, pace and forecast of a range are worked out "
            "from its worse bound, marked “≥”; progress is judged only where both bounds lead to the same answer.",
        ),
        (
            "People reached together",
            "At least: the largest program, or programs declared to reach different people, or people counted "
            "under a keyed hash, whichever is most. At most: the sum over programs, less the people known to be in "
            "two of them. A number of 1 to 10 enters these bounds as 0 to 10. Bridges of trust and conversations: "
            "at least the largest single report, at most all reports together.",
        ),
        (
            "Hidden figures",
            f"Counts of 1 to 10 people are hidden and shown as “{wording.HIDDEN}”, or as “{wording.HIDDEN_SHARE}” "
            "where only a bound or a part is that small. So are shares of fewer than 30 people, and figures from "
            "which such a number could be worked out by subtraction. What is worked out from a hidden figure is "
            "hidden too: shares, attainment, rates and forecasts.",
        ),
        (
            "Rounded figures",
            "Counts of participants, staff and patients are rounded to 5 (11 and 12 to 15), shares of them to whole "
            "percent, forecasts of them to two digits. Attainment and pace are worked out from the rounded figure, so "
            "parts need not add up to a total. Counts of respondents of polls, organisations, events and money are "
            "exact.",
        ),
        *_measures(facts),
        *_notes(facts),
    ]


def _sources(facts: Facts) -> list[tuple[str, str]]:
    head = f" The newest entry of its event log has the hash {facts.log_head}." if facts.log_head else ""
    return [
        (
            "Where the figures come from",
            "Partners report every quarter. Each return is checked on arrival; the newest accepted one counts. "
            f"Figures cover all quarters up to the end of {facts.last_month}, “since the start” those since the first "
            f"return of a program. This extract was made from build {facts.build_id}, as of "
            f"{wording.day_text(facts.as_of)}.{head}",
        ),
        (
            "Coverage",
            "“Returns” gives the returns received, of those due. A missing return is never counted as zero; "
            "“no data” means that nothing was reported.",
        ),
        (
            "Provisional, approved, released, revised",
            "A figure is provisional until a program lead has approved every return behind it, and released once it is "
            "part of a release. It may be restated: “revised” marks one whose returns changed since its last release.",
        ),
    ]


def _measures(facts: Facts) -> list[tuple[str, str]]:
    assumed = sum(row["target_basis"] == "assumed" for row in facts.indicators)
    return [
        (
            "Targets",
            "Targets marked “published” are public statements of the initiative. "
            f"{wording.counted(assumed, 'target')} marked “assumed” {'is a' if assumed == 1 else 'are'} planning "
            f"assumption{'' if assumed == 1 else 's'}; “on track” against them promises nothing.",
        ),
        (
            "Attained and on track",
            "Attained is the share of the way from the baseline to the target; a dash stands where there is no "
            "target or no baseline. On track means: at least 95% of the way planned by now, on the line from the "
            "baseline through every dated target. A running total below that is behind, as it cannot fall. What "
            "can fall is improving from 10% of the way on, worsening from 10% of the baseline in the wrong "
            "direction on, and shows no detectable change between: the rule of Healthy People 2030 for complete "
            "counts. Whether it is so is said only where every return due is in; a sum that has reached its target "
            "has met it.",
        ),
        (
            "Pace and forecast",
            "Needed per year is what is missing to the target, spread evenly over the time left. So far per year is "
            "what was added, spread over the time since the baseline; for the goal, since the first day of its first "
            "year. The forecast adds the average reported quarter for each quarter left, so it can lie above or below "
            "what the pace so far leads to; that of a level, such as members, carries on the straight line through its "
            "quarters. It is made from eight quarters on, and not for shares and bounds. Its range is a 95% prediction "
            "interval: it holds if quarters go on varying as they have, and knows nothing of plans, contracts or "
            "changes.",
        ),
        (
            "Money",
            "Amounts are in euros at the European Central Bank's reference rate of the day of each entry, or the last "
            "one before it. Only entries declared to count to the goal are included; co-funding by others is not. "
            "Committed is what was promised, paid or not. Budgets are yearly plans, split by country where they "
            "name one, never by kind. Of a country, only payments whose budget names countries are held against it.",
        ),
    ]


def _notes(facts: Facts) -> list[tuple[str, str]]:
    sentences = verdict.explained_footnotes(facts.indicators)
    return [("Notes under figures", " ".join(f"“{label}”: {text}" for label, text in sentences))] if sentences else []
