"""The annual extract's sentences. Each is computed, so no prose can contradict its table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from exports import trust_sentences, verdict, wording
from exports.extract.facts import Facts

MONEY, TRUST, PEOPLE = "The money", "The trust gap", "The people"
PROGRAMS, CERTAINTY = "Programs against their targets", "How sure the figures are"
#: Statuses of a target that is not being reached as planned.
OFF_TRACK = ("behind", "worsening")
#: Names a sentence lists before it only counts the rest.
_MOST_NAMES = 6


def first_page(facts: Facts) -> list[str]:
    """The sentences of the first page: money, the trust gap, indicators, then how sure the figures are."""
    return [sentence for _, sentences in first_page_parts(facts) for sentence in sentences]


def first_page_parts(facts: Facts) -> list[tuple[str, list[str]]]:
    """The sentences of the first page under their headings."""
    parts = [
        (MONEY, _money_sentences(facts)),
        (TRUST, _trust_sentences(facts)),
        (PEOPLE, people_sentences(facts)),
        (PROGRAMS, _indicator_sentences(facts)),
        (CERTAINTY, _certainty_sentences(facts)),
    ]
    return [(heading, sentences) for heading, sentences in parts if sentences]


def headline_figures(facts: Facts) -> list[tuple[str, str, str]]:
    """Label, figure and remark of the first page's big numbers."""
    goal = facts.goal
    if not goal:
        return _more_figures(facts)
    aim = wording.money(goal["goal_eur"])
    if nothing_known(facts):
        return [(label, wording.NO_DATA, f"of {aim}") for label in ("Paid", "Committed")] + _more_figures(facts)
    figures = [
        ("Paid", wording.money(goal["paid_eur"]), f"{wording.percent(goal['share_paid_pct'])} of {aim}"),
        ("Committed", wording.money(goal["committed_eur"]), f"{wording.percent(goal['share_committed_pct'])} of {aim}"),
    ]
    if facts.is_latest:
        if goal["required_eur_per_year"] is not None:
            figures.append(
                (
                    "Needed per year",
                    wording.money(goal["required_eur_per_year"]),
                    f"so far {wording.money(goal['observed_eur_per_year'])} a year",
                )
            )
        if goal["forecast_2030_eur"] is not None:
            low, high = goal["forecast_2030_low_eur"], goal["forecast_2030_high_eur"]
            span = f"95% range {wording.between(low, high, 'EUR')}" if low is not None and high is not None else ""
            figures.append(("Forecast for 2030", wording.money(goal["forecast_2030_eur"]), span))
    return figures + _more_figures(facts)


def _more_figures(facts: Facts) -> list[tuple[str, str, str]]:
    """The trust gap, reach and what is off track: the other numbers of the first page."""
    figures = []
    known = [row for row in facts.trust.headline if row["gap_points"] is not None] if facts.trust else []
    if known:
        largest = max(known, key=lambda row: row["gap_points"])
        figures.append(
            (
                f"Largest trust gap, {largest['wave_code']}",
                trust_sentences.points(largest["gap_points"]),
                f"{largest['group_name']}; {largest['base_wave_code']}: "
                f"{trust_sentences.points(largest['base_gap_points'])}",
            )
        )
    reach = facts.reach
    if reach and reach["reach_high"] is not None:
        programs = wording.counted(int(reach["program_count"]), "program")
        bounds = wording.between(reach["reach_low"], reach["reach_high"], "people")
        figures.append(("People reached", bounds, f"different people, by {programs} together"))
    aimed = [row for row in facts.indicators if row["target_value"] is not None]
    if aimed:
        off = sum(row["progress_status"] in OFF_TRACK for row in aimed)
        unknown = sum(row["progress_status"] == "not_assessable" for row in aimed)
        figures.append(
            ("Targets off track", f"{off} of {len(aimed)}", f"behind or worse; {unknown} more cannot be assessed")
        )
    return figures


def year_text(facts: Facts, year: int) -> str:
    """A year, and how far it reaches where it is not over: ``2026, to September``."""
    whole = year < facts.year or facts.last_period.endswith("Q4")
    return str(year) if whole else f"{year}, to {facts.last_month.split()[0]}"


def nothing_known(facts: Facts) -> bool:
    """Whether no return of the ledger stands behind the goal's amounts: then €0 would be a claim."""
    return facts.goal.get("data_status") == "no_data" or facts.goal.get("paid_eur") is None


def _money_sentences(facts: Facts) -> list[str]:
    goal = facts.goal
    if not goal:
        return ["No investment goal is recorded."]
    if nothing_known(facts):
        return [f"Nothing is known yet of what was paid towards the {wording.money(goal['goal_eur'])}: no data."]
    aim, by_year = wording.money(goal["goal_eur"]), int(goal["by_year"])
    when = str(facts.year) if facts.last_period.endswith("Q4") else facts.last_month
    sentences = [
        f"By the end of {when}, {wording.money(goal['paid_eur'])} of the {aim} had been paid "
        f"({wording.percent(goal['share_paid_pct'])}) and {wording.money(goal['committed_eur'])} committed "
        f"({wording.percent(goal['share_committed_pct'])}). A payment settles a commitment: the two are never added."
    ]
    if not facts.is_latest:
        return [*sentences, "What is still needed, and the forecast, are in the newest extract."]
    passed = (
        f"{wording.percent(goal['share_paid_pct'])} is paid after {wording.percent(goal['elapsed_pct'])} of the time "
        f"from {int(goal['start_year'])} to {by_year}."
    )
    said = {
        "target_met": "The goal is reached",
        "on_track": "Payments are on track",
        "behind": "Payments are behind plan",
    }.get(goal["progress_status"], "Whether payments are on track cannot be assessed yet")
    sentences.append(f"{said}: {passed}")
    if goal.get("planned_eur") is not None:
        assumed = "; a target on the way is a planning assumption" if goal.get("planned_basis") == "assumed" else ""
        sentences.append(
            f"Planned by then: {wording.money(goal['planned_eur'])}, on the line through every dated target{assumed}."
        )
    if goal["required_eur_per_year"] is not None and goal["progress_status"] != "target_met":
        sentences.append(
            f"To reach {aim} by the end of {by_year}, {wording.money(goal['required_eur_per_year'])} a year is needed "
            f"from then on; from the start of {int(goal['start_year'])} it has been "
            f"{wording.money(goal['observed_eur_per_year'])} a year."
        )
    sentences += _forecast_sentences(goal, aim)
    met, due = goal.get("coverage_met"), goal.get("coverage_due")
    if due and met is not None and met < due:
        sentences.append(
            f"Only {wording.coverage(met, due)} returns of the ledger are in, so these amounts will change."
        )
    elif goal.get("data_status") == "provisional":
        sentences.append("These amounts are provisional: not every return of the ledger is approved yet.")
    return sentences


def _trust_sentences(facts: Facts) -> list[str]:
    sentence = facts.trust and trust_sentences.annual_sentence(facts.trust)
    return [sentence] if sentence else []


def _forecast_sentences(goal: dict[str, Any], aim: str) -> list[str]:
    middle, low, high = (goal.get(f"forecast_2030{end}_eur") for end in ("", "_low", "_high"))
    if middle is None or goal["progress_status"] == "target_met":
        return []
    sentence = (
        f"If each quarter left brings the average of the quarters reported so far, {wording.money(middle)} will have "
        "been paid by the end of 2030"
    )
    if low is None or high is None:
        return [f"{sentence}."]
    where = "below" if high < goal["goal_eur"] else "above" if low > goal["goal_eur"] else "inside"
    said = {
        "below": f"all of it is below {aim}",
        "above": f"all of it is above {aim}",
        "inside": f"{aim} lies inside it, so reaching the goal is not certain",
    }[where]
    # By their sum alone quarters vary; what is planned or signed is not in the forecast.
    return [
        f"{sentence}. As quarters vary, the 95% range is {wording.money(low)} to {wording.money(high)}: {said}.",
    ]


def people_sentences(facts: Facts) -> list[str]:
    """Who was reached, as bounds, and what is missing from them."""
    sentences = []
    reach = facts.reach
    if reach and reach["reach_high"] is not None:
        programs = wording.counted(int(reach["program_count"]), "program")
        sentences.append(
            f"{_bounds(reach['reach_low'], reach['reach_high'])} different people were reached since the start by "
            f"{programs} together. One person can be in several programs, so their figures are never simply added."
        )
        sentences += _missing_sentences(reach)
    elif reach.get("is_suppressed"):
        sentences.append("How many people all programs reached together is hidden, as the number is small.")
    shown = {row["contribution_code"]: row for row in facts.contributions if row["people_high"] is not None}
    for code, ending in (
        ("bridges_of_trust", "trained, mentored, awarded or equipped to be bridges of trust."),
        (
            "conversations",
            "in a conversation. “A million conversations” is the name of the initiative, not a target.",
        ),
    ):
        if code in shown:
            row = shown[code]
            sentences.append(f"{_bounds(row['people_low'], row['people_high'])} people were {ending}")
            sentences += _missing_sentences(row)
    return sentences


def _missing_sentences(row: dict[str, Any]) -> list[str]:
    missing = verdict.missing_returns(row)
    if not missing:
        return []
    are = "is" if missing == 1 else "are"
    return [
        f"{missing} of {int(row['coverage_due'])} returns {are} missing; people they would add are not in these bounds."
    ]


def _bounds(low: object, high: object) -> str:
    first, last = wording.count(low), wording.count(high)
    if first == last:
        return last
    return f"At most {last}" if first in ("0", wording.NO_DATA) else f"Between {first} and {last}"


def input_sentences(facts: Facts) -> list[str]:
    """Cash, time, in kind, and what it costs to manage the initiative."""
    sentences = []
    kinds = [row for row in facts.parts.get("kind", []) if row["paid_eur"]]
    if kinds:
        said = [f"{row['name'].lower()} {wording.money(row['paid_eur'])}" for row in kinds]
        sentences.append(f"Of what was paid, {wording.listed(said)}.")
    manages = next((row for row in facts.parts.get("program", []) if row["member_code"] == "management"), None)
    if manages:
        paid = (
            f"{wording.money(manages['paid_eur'])} was paid" if manages["paid_eur"] else "nothing is recorded as paid"
        )
        budget = f" of a budget of {wording.money(manages['budget_eur'])}" if manages["budget_eur"] else ""
        sentences.append(f"For managing the initiative, {paid}{budget}.")
    return sentences


def leverage_sentences(facts: Facts) -> list[str]:
    """What others added for each euro paid, and that it never counts to the goal."""
    total = next((row for row in facts.leverage if row["program_code"] == "total"), None)
    if total is None:
        return []
    each = f", {leverage_text(total)} for each euro paid" if total["leverage"] is not None else ""
    return [f"Others added {wording.money(total['cofunding_eur'])} since the start{each}. It never counts to the goal."]


def leverage_text(row: dict[str, Any]) -> str:
    """Co-funding per euro paid, as ``€0.20``; a dash where nothing was paid."""
    return (
        "–" if row["leverage"] is None else f"€{Decimal(str(row['leverage'])).quantize(Decimal('0.01'), ROUND_HALF_UP)}"
    )


def program_sentences(facts: Facts, code: str, rows: Sequence[dict[str, Any]]) -> list[str]:
    """What was paid for a program, and how its targets stand."""
    sentences = []
    money = next((row for row in facts.parts.get("program", []) if row["member_code"] == code), None)
    if money and money["paid_eur"] is not None:
        budget = f" of {wording.money(money['budget_eur'])} budgeted" if money["budget_eur"] else ""
        sentences.append(
            f"Since the start, {wording.money(money['paid_eur'])} was paid{budget} and "
            f"{wording.money(money['committed_eur'])} committed."
        )
    aimed = [row for row in rows if row["target_value"] is not None]
    counts = _status_counts(aimed)
    if counts:
        sentences.append(f"{wording.counted(len(aimed), 'target')}: {wording.listed(counts)}.")
    off = [row for row in aimed if row["progress_status"] in OFF_TRACK]
    if off:
        sentences.append(f"Off track: {_names(off)}.")
    return sentences


def _status_counts(rows: Sequence[dict[str, Any]]) -> list[str]:
    found = ((word, sum(row["progress_status"] == status for row in rows)) for status, word in wording.PROGRESS.items())
    return [f"{number} {word}" for word, number in found if number]


def _indicator_sentences(facts: Facts) -> list[str]:
    rows = facts.indicators
    aimed = [row for row in rows if row["target_value"] is not None]
    counts = _status_counts(aimed)
    have = "has a target" if len(aimed) == 1 else "have a target"
    sentences = [f"Of {wording.counted(len(rows), 'headline indicator')}, {len(aimed)} {have}"]
    sentences[0] += f": {wording.listed(counts)}." if counts else "."
    assumed = sum(row["target_basis"] == "assumed" for row in aimed)
    if assumed:
        are = "is a planning assumption" if assumed == 1 else "are planning assumptions"
        sentences.append(f"{assumed} of these {len(aimed)} targets {are}, not published promises.")
    for status, said in (
        ("behind", "Behind plan"),
        ("worsening", "Worse than at the start"),
        ("no_detectable_change", "No detectable change since the start"),
        ("improving", "Improving, but below plan"),
    ):
        found = [row for row in aimed if row["progress_status"] == status]
        if found:
            sentences.append(f"{said}: {_names(found)}.")
    for reason, said in (
        ("missing", "Not assessable while returns are missing"),
        (verdict.NO_BASELINE, "Not assessable, as no baseline is recorded"),
        (wording.NO_DATA, "Not assessable, as there is no data"),
        (verdict.BOUNDS_TOO_WIDE, "Not assessable, as the bounds are too wide"),
        (verdict.HIDDEN_FIGURE, "Not shown, as the figure is hidden"),
    ):
        found = [row for row in aimed if (verdict.reason(row) or "").endswith(reason)]
        if found:
            sentences.append(f"{said}: {_names(found)}.")
    return sentences


def _names(rows: Iterable[dict[str, Any]]) -> str:
    names = [str(row["indicator_name"]) for row in rows]
    more = len(names) - _MOST_NAMES
    return "; ".join(names[:_MOST_NAMES]) + (f"; and {more} more" if more > 0 else "")


def _certainty_sentences(facts: Facts) -> list[str]:
    rows = facts.indicators
    due = [row for row in rows if row["coverage_due"]]
    full = sum(row["coverage_met"] == row["coverage_due"] for row in due)
    sentences = [f"Every return due is in for {full} of {wording.counted(len(due), 'indicator')}."]
    ranges = sum(verdict.is_range(row) for row in rows)
    if ranges:
        are = "is known only as a range" if ranges == 1 else "are known only as ranges"
        sentences.append(f"{wording.counted(ranges, 'figure')} {are}.")
    provisional = sum(row["data_status"] == "provisional" for row in rows)
    if provisional:
        are = "is provisional" if provisional == 1 else "are provisional"
        every = "All " if provisional == len(rows) > 1 else ""
        sentences.append(
            f"{every}{wording.counted(provisional, 'figure')} {are}: returns behind them are not all approved, and "
            "figures may change."
        )
    revised = sum(row.get("is_revised") is True for row in rows)
    if revised:
        rest = "rests on a return" if revised == 1 else "rest on returns"
        sentences.append(f"{wording.counted(revised, 'figure')} {rest} that changed since the last release: revised.")
    small = sum(row["is_suppressed"] is True for row in rows)
    if small:
        are, they = ("is", "it counts") if small == 1 else ("are", "they count")
        sentences.append(
            f"{wording.counted(small, 'figure')} {are} hidden, because {they} 1 to 10 people, nobody or everybody of "
            "few, or would give such a number away."
        )
    return sentences
