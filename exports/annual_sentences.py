"""The annual extract's sentences. Each is computed, so no prose can contradict its table."""

from __future__ import annotations

from exports import wording
from exports.annual_facts import Facts


def first_page(facts: Facts) -> list[str]:
    """The sentences of the first page: money, then indicators, then how sure the figures are."""
    return [*_money_sentences(facts), *_indicator_sentences(facts), *_certainty_sentences(facts)]


def headline_figures(facts: Facts) -> list[tuple[str, str, str]]:
    """Label, figure and remark of the first page's big numbers."""
    goal = facts.goal
    if not goal:
        return []
    aim = wording.money(goal["goal_eur"])
    if nothing_known(facts):
        return [(label, wording.NO_DATA, f"of {aim}") for label in ("Paid", "Committed")]
    figures = [
        ("Paid", wording.money(goal["paid_eur"]), f"{wording.percent(goal['share_paid_pct'])} of {aim}"),
        ("Committed", wording.money(goal["committed_eur"]), f"{wording.percent(goal['share_committed_pct'])} of {aim}"),
    ]
    if facts.is_latest:
        forecast = wording.between(goal["forecast_2030_low_eur"], goal["forecast_2030_high_eur"], "EUR")
        figures += [
            (
                "Needed per year",
                wording.money(goal["required_eur_per_year"]),
                f"so far {wording.money(goal['observed_eur_per_year'])} a year",
            ),
            ("Forecast for 2030", wording.money(goal["forecast_2030_eur"]), f"range {forecast}"),
        ]
    return figures


def nothing_known(facts: Facts) -> bool:
    """Whether no return of the ledger stands behind the goal's amounts: then €0 would be a claim."""
    return facts.goal.get("data_status") == "no_data" or facts.goal.get("paid_eur") is None


def _money_sentences(facts: Facts) -> list[str]:
    goal = facts.goal
    if not goal:
        return ["No investment goal is recorded."]
    if nothing_known(facts):
        return [f"Nothing is known yet of what was paid towards the {wording.money(goal['goal_eur'])}: no data."]
    when = f"As of {wording.day_text(facts.as_of)}" if facts.is_latest else f"By the end of {facts.year}"
    aim, by_year = wording.money(goal["goal_eur"]), int(goal["by_year"])
    sentences = [
        f"{when}, {wording.money(goal['paid_eur'])} of the {aim} had been paid "
        f"({wording.percent(goal['share_paid_pct'])}) and {wording.money(goal['committed_eur'])} committed "
        f"({wording.percent(goal['share_committed_pct'])})."
    ]
    if not facts.is_latest:
        return [*sentences, "What is still needed, and the forecast, are in the newest extract."]
    passed = (
        f"{wording.percent(goal['share_paid_pct'])} is paid after {wording.percent(goal['elapsed_pct'])} of the time "
        f"from {int(goal['start_year'])} to {by_year}."
    )
    verdict = {
        "target_met": "The goal is reached",
        "on_track": "Payments are on track",
        "behind": "Payments are behind an even pace",
    }.get(goal["progress_status"], "Whether payments are on track cannot be assessed yet")
    sentences.append(f"{verdict}: {passed}")
    if goal["required_eur_per_year"] is not None and goal["progress_status"] != "target_met":
        sentences.append(
            f"To reach {aim} by the end of {by_year}, {wording.money(goal['required_eur_per_year'])} a year is needed "
            f"from now on; so far it has been {wording.money(goal['observed_eur_per_year'])} a year."
        )
    if goal["forecast_2030_eur"] is not None:
        span = ""
        if goal["forecast_2030_low_eur"] is not None and goal["forecast_2030_high_eur"] is not None:
            span = (
                f" (between {wording.money(goal['forecast_2030_low_eur'])} and "
                f"{wording.money(goal['forecast_2030_high_eur'])})"
            )
        sentences.append(
            f"If payments go on as they have, {wording.money(goal['forecast_2030_eur'])}{span} will have been paid "
            "by the end of 2030."
        )
    met, due = goal.get("coverage_met"), goal.get("coverage_due")
    if due and met is not None and met < due:
        sentences.append(
            f"Only {wording.coverage(met, due)} returns of the ledger are in, so these amounts will change."
        )
    return sentences


def _indicator_sentences(facts: Facts) -> list[str]:
    rows = facts.indicators
    aimed = [row for row in rows if row["target_value"] is not None]
    counts = [
        f"{sum(row['progress_status'] == status for row in aimed)} {word}"
        for status, word in wording.PROGRESS.items()
        if any(row["progress_status"] == status for row in aimed)
    ]
    have = "has a target" if len(aimed) == 1 else "have a target"
    sentences = [f"Of {wording.counted(len(rows), 'headline indicator')}, {len(aimed)} {have}"]
    sentences[0] += f": {wording.listed(counts)}." if counts else "."
    behind = [str(row["indicator_name"]) for row in aimed if row["progress_status"] == "behind"]
    if behind:
        sentences.append(f"Behind: {'; '.join(behind)}.")
    return sentences


def _certainty_sentences(facts: Facts) -> list[str]:
    rows = facts.indicators
    due = [row for row in rows if row["coverage_due"]]
    full = sum(row["coverage_met"] == row["coverage_due"] for row in due)
    sentences = [f"Every return due is in for {full} of {wording.counted(len(due), 'indicator')}."]
    provisional = sum(row["data_status"] == "provisional" for row in rows)
    if provisional:
        are = "is provisional and may change" if provisional == 1 else "are provisional and may change"
        sentences.append(f"{wording.counted(provisional, 'figure')} {are}.")
    small = sum(row["is_suppressed"] is True for row in rows)
    if small:
        are = "is" if small == 1 else "are"
        sentences.append(f"{wording.counted(small, 'figure')} {are} hidden because so few people stand behind it.")
    return sentences


def methods(facts: Facts) -> list[tuple[str, str]]:
    """Headings and sentences on how the figures came to be."""
    assumed = sum(row["target_basis"] == "assumed" for row in facts.indicators)
    head = f" The newest entry of its event log has the hash {facts.log_head}." if facts.log_head else ""
    return [
        (
            "Where the figures come from",
            "Partners report every quarter. Each return is checked on arrival; the newest accepted one counts. "
            f"This extract was made from build {facts.build_id}, as of {wording.day_text(facts.as_of)}.{head}",
        ),
        (
            "Coverage",
            "“Returns in” gives the returns received, of those due. A missing return is never counted as zero; "
            "“no data” means that nothing was reported.",
        ),
        (
            "Provisional and approved",
            "A figure is provisional until a program lead has approved every return behind it. It may be restated.",
        ),
        (
            "Ranges",
            "Where one person may have been counted twice, or a partner reported “fewer than five”, the figure is "
            "given as low–high: the true value lies between.",
        ),
        (
            "Hidden figures",
            f"Counts of 1 to 10 people are hidden and shown as “{wording.HIDDEN}”, and so is everything that could "
            "give them away: shares, attainment, rates and forecasts.",
        ),
        (
            "Targets",
            "Targets marked “published” are public statements of the initiative. "
            f"{wording.counted(assumed, 'target')} marked “assumed” {'is a' if assumed == 1 else 'are'} planning "
            f"assumption{'' if assumed == 1 else 's'}; “on track” against them promises nothing.",
        ),
        (
            "Money",
            "Amounts are in euros at the European Central Bank's reference rate of the day of each entry, or the last "
            "one before it. Only entries declared to count to the goal are included; co-funding by others is not.",
        ),
    ]
