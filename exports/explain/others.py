"""Explanations of what is no indicator: the goal, people reached by all programs, contributions, estimates of polls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from exports import wording
from exports.explain.evidence_polls import poll_evidence
from exports.explain.model import Explanation, Place, Section, UnknownSubject
from exports.origin_words import number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from exports.explain.bundle import Inside
    from exports.published import Published

GOAL, REACH = "goal", "reach"
_REACH = "pub_leads__reach"
_CONTRIBUTIONS = "pub_leads__contributions"
_ESTIMATES = "pub_leads__trust_estimates"
_BASIS = {
    "largest_program": "the largest single program, which cannot have reached fewer",
    "disjoint_programs": "programs that are declared to reach different people, added up",
    "counted_overlap": "two programs whose common people were counted, less these",
    "counted_people": "the different keys of people that programs list",
}


def subjects(published: Published) -> list[str]:
    """What can be explained besides indicators."""
    codes = {row["contribution_code"] for row in _rows(published, _CONTRIBUTIONS)}
    outcomes = {row["outcome_code"] for row in _rows(published, _ESTIMATES)}
    return [GOAL, REACH, *sorted(codes), *sorted(outcomes)]


def explain_other(
    published: Published, inside: Inside, subject: str, period: str, area: str = "", group: str = "", wave: str = ""
) -> Explanation:
    """Why the goal, a bound of people reached, a contribution or an estimate of a poll is what it is.

    Args:
        subject: ``goal``, ``reach``, a contribution or what a poll asked, see :func:`subjects`.
        period: Quarter; of a poll the ``wave`` counts instead.
        area: Of a poll: a country's code, or ``all``.
        group: Of a poll: the group whose share is beside that of all others.

    Raises:
        UnknownSubject: There is no such figure; the message says which there are.
    """
    if subject == GOAL:
        return _goal(published)
    if subject == REACH:
        return _reach(published, period)
    if any(row["contribution_code"] == subject for row in _rows(published, _CONTRIBUTIONS)):
        return _contribution(published, subject, period)
    return _poll(published, inside, subject, area, group, wave)


def _goal(published: Published) -> Explanation:
    rows = _rows(published, "pub_leadership__goal")
    if not rows:
        raise UnknownSubject("This build has no goal.")
    row = rows[0]
    paid, aim = row["paid_eur"], row["goal_eur"]
    last = max((item["period"] for item in _rows(published, "pub_leads__kpi")
                if item["indicator_code"] == "eur_paid_to_goal"), default="")  # fmt: skip
    money = (
        f"Paid {number(paid)}, committed {number(row['committed_eur'])}, budgeted {number(row['budget_eur'])} euros: "
        "each entry of the ledger that counts to the goal, in euro by the rate of its day, added up.",
        "impact explain eur_paid_to_goal lists every payment with its cell and its rate.",
    )
    pace = [
        f"Share paid = 100 × {number(paid)} / {number(aim)} = {number(row['share_paid_pct'])} %; share committed = "
        f"100 × {number(row['committed_eur'])} / {number(aim)} = {number(row['share_committed_pct'])} %.",
        f"Time gone: {number(row['elapsed_pct'])} % of the quarters from {row['start_year']} to {row['by_year']}.",
    ]
    if row["planned_eur"] is not None:
        pace.append(f"Planned by now: {number(row['planned_eur'])} euros ({row['planned_basis']}).")
    if row["required_eur_per_year"] is not None:
        pace.append(
            f"Required a year from now: {number(row['required_eur_per_year'])}; observed a year so far: "
            f"{number(row['observed_eur_per_year'])} euros."
        )
    if row["forecast_2030_eur"] is not None:
        pace.append(
            f"Forecast to the end of 2030: {number(row['forecast_2030_eur'])}, 95 % prediction interval "
            f"{number(row['forecast_2030_low_eur'])} to {number(row['forecast_2030_high_eur'])} euros: as of the "
            "indicator eur_paid_to_goal."
        )
    pace.append(f"Status: {wording.progress(row['progress_status'])}, by the same rule as the indicator’s.")
    source = f"{number(aim)} euros by the end of {row['by_year']}, {row['basis']}. Source: {row['source_text']}."
    sections = (
        Section("What is promised", (source,)),
        Section("Money so far", money),
        Section("Pace", tuple(pace)),
        Section("Coverage", (f"{row['coverage_met']} of {row['coverage_due']} returns due are in.",)),
    )
    return _made(
        published, f"goal/{last}", row["goal_name"], f"{number(paid)} of {number(aim)}", "euros", last, row, sections,
        ("eur_paid_to_goal", "eur_committed_to_goal"),
    )  # fmt: skip


def _reach(published: Published, period: str) -> Explanation:
    rows = [row for row in _rows(published, _REACH) if row["period"] == period]
    if not rows:
        raise UnknownSubject(f"There are no bounds of people reached for {period}.")
    total = next(row for row in rows if row["program_code"] == "total")
    programs = [row for row in rows if row["program_code"] != "total"]
    shown = sorted((row for row in programs if row["reach_high"] is not None), key=lambda row: -row["reach_high"])
    low, high = total["reach_low"], total["reach_high"]
    lines = [f"{row['program_name']}: {_between(row['reach_low'], row['reach_high'])} people" for row in shown]
    lines += [f"{row['program_name']}: {row['footnote']}" for row in programs if row["reach_high"] is None]
    whole = sum(row["reach_high"] for row in shown)
    terms = [number(row["reach_high"]) for row in shown]
    if len(shown) < len(programs) and high is not None:
        listed = high + total["counted_twice"] - whole
        whole += listed
        terms.append(f"{number(listed)} of whom nothing is shown")
    sums = [f"at most = {' + '.join(terms)} = {number(whole)}"] if terms else []
    if total["counted_twice"] and high is not None:
        sums.append(
            f"less {number(total['counted_twice'])} that are known to be counted twice (programs within another, keys "
            f"that two programs share) = {number(high)}"
        )
    basis = _BASIS.get(str(total["low_basis"]), str(total["low_basis"]))
    sums.append(f"at least = {number(low) if low is not None else 'nothing'}: {basis}")
    note = ("One person can be reached by several programs, so people are counted within bounds.",)
    sections = [Section("What each program reports", tuple(lines)), Section("How it adds up", note, tuple(sums))]
    met, due = total["coverage_met"], total["coverage_due"]
    codes = [row["indicator_code"] for row in _rows(published, "pub_meta__definitions") if row["kind"] == "reach"]
    sections.append(Section("Coverage", (f"{met} of {due} returns due are in.", *filter(None, [total["footnote"]]))))
    return _made(
        published, f"reach/{period}", "Different people reached by all programs", _between(low, high), "people", period,
        total, tuple(sections), tuple(codes),
    )  # fmt: skip


def _contribution(published: Published, code: str, period: str) -> Explanation:
    rows = [
        row for row in _rows(published, _CONTRIBUTIONS) if (row["contribution_code"], row["period"]) == (code, period)
    ]
    if not rows:
        raise UnknownSubject(f"There is no figure of {code} for {period}.")
    total = next(row for row in rows if row["program_code"] == "total")
    parts = sorted((row for row in rows if row["program_code"] != "total"), key=lambda row: row["program_code"])
    counted = [row for row in parts if row["people_high"] is not None]
    lines = [f"{row['program_name']}: {_between(row['people_low'], row['people_high'])} people" for row in counted]
    codes = sorted(
        row["indicator_code"]
        for row in _rows(published, "pub_meta__definitions")
        if code in str(row["contributes_to"] or "").split(";")
    )
    sums = (
        f"at least = the largest program = {number(total['people_low'])}",
        f"at most = {' + '.join(number(row['people_high']) for row in counted)} = {number(total['people_high'])}",
    )
    note = (
        "Two rows, quarters, partners or programs may speak of the same people: at least the largest, at most all.",
        f"Indicators: {', '.join(codes)}.",
    )
    sections = (
        Section("What each program reports", tuple(lines)),
        Section("How it adds up", note, sums),
        Section("Coverage", (f"{total['coverage_met']} of {total['coverage_due']} returns due are in.",)),
    )
    value = _between(total["people_low"], total["people_high"])
    return _made(
        published, f"contribution/{code}/{period}", total["contribution_name"], value, "people", period, total,
        sections, tuple(codes),
    )  # fmt: skip


def _poll(published: Published, inside: Inside, outcome: str, area: str, group: str, wave: str) -> Explanation:
    rows = [row for row in _rows(published, _ESTIMATES) if row["outcome_code"] == outcome]
    if not rows:
        raise UnknownSubject(f"There is nothing called “{outcome}”. There are: {', '.join(subjects(published))}.")
    wave = wave or max(row["wave_code"] for row in rows)
    found = [
        row
        for row in rows
        if (row["wave_code"], row["area_code"], row["group_code"]) == (wave, area or "all", group or "everybody")
    ]
    if not found:
        areas = sorted({row["area_code"] for row in rows if row["wave_code"] == wave})
        groups = sorted({row["group_code"] for row in rows})
        raise UnknownSubject(
            f"There is no estimate for wave “{wave}”, area “{area or 'all'}”, group “{group or 'everybody'}”. Areas of "
            f"the wave: {', '.join(areas) or 'none'}. Groups: {', '.join(groups)}."
        )
    row = found[0]
    sections = [
        Section("What is asked", (f"{row['outcome_name']}: {row['group_name']}, {row['area_name']}, wave {wave}.",)),
        Section("How it is estimated", *_estimated(row)),
    ]
    if row["gap_points"] is not None:
        sections.append(Section("The gap", *_gap(row)))
    decision = row["decision_reason"] or "It may be shown: the NCHS standard for proportions presents it."
    sections.append(Section("What may be shown", (f"{decision} (decision: {row['decision_code']}).",)))
    value = "not estimated" if row["share_pct"] is None else f"{number(row['share_pct'])} %"
    title = f"{row['outcome_name']} – {row['group_name']}, {row['area_name']}"
    explained = _made(
        published, f"poll/{outcome}/{wave}/{row['area_code']}/{row['group_code']}", title, value, "", f"{wave[:4]}-Q4",
        row, tuple(sections), (), covers=f"wave {wave}",
    )  # fmt: skip
    from dataclasses import replace

    return replace(explained, places=tuple(_places(inside, wave)))


def _estimated(row: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if row["share_pct"] is None:
        return (f"{row['respondent_count']:,} respondents; no share is estimated.",), ()
    pool = (
        " Over countries it is the mean of the countries’ shares, each counting alike."
        if row["area_code"] == "all"
        else ""
    )
    lines = (
        f"{row['respondent_count']:,} respondents of the group answered, {row['success_count']:,} with yes. Weights: "
        f"those of the poll’s file; each country’s sum to 1,000.{pool}",
        f"Its standard error comes from the whole design (Taylor linearisation): strata, sampling units and weights; "
        f"{row['df'] or 0:,} degrees of freedom. Effective size {_or_dash(row['effective_count'])}, design effect "
        f"{_or_dash(row['design_effect'])}, of which weights {_or_dash(row['weights_effect'])}.",
        "Interval: logit where the effective size is 30 or more, else the exact one (Korn and Graubard); "
        f"{'the sample was drawn from everybody' if row['interval_basis'] == 'design_based' else 'it rests on a model'}"
        f"{'' if row['interval_basis'] == 'design_based' else ', since an online panel was not drawn from everybody'}.",
    )
    sums = (
        "share p = Σ w y / Σ w, with y = 1 for yes and 0 for any other answer",
        "Var(p) = Σ over strata of n/(n − 1) × (Σ z² − (Σ z)²/n), z = Σ of a sampling unit’s w (y − p) / Σ w",
        f"p = {number(row['share_pct'])} %, standard error {number(row['share_se_points'])} points, 95 % interval "
        f"{_or_dash(row['share_low_pct'])} to {_or_dash(row['share_high_pct'])} %",
    )
    return lines, sums


def _gap(row: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    lines = (
        f"All others: {row['others_count']:,} respondents. The gap is one contrast: scores of both are added up before "
        "they are squared. Its interval is MOVER (Zou and Donner 2008) from the two exact intervals.",
    )
    sums = (
        f"gap = {number(row['share_pct'])} {wording.MINUS} {number(row['others_share_pct'])} = "
        f"{number(row['gap_points'])} points, standard error {_or_dash(row['gap_se_points'])}, 95 % interval "
        f"{_or_dash(row['gap_low_points'])} to {_or_dash(row['gap_high_points'])}, p {_p_value(row['gap_p_value'])}",
    )
    return lines, sums


def _places(inside: Inside, wave: str) -> Sequence[Place]:
    """The files of the polls with the ranges that are read; those of the wave alone where files are by wave."""
    lines, _ = poll_evidence(*inside)
    grouped: dict[tuple[Any, ...], list[tuple[str, str]]] = {}
    for line in lines:
        sheet = f"{line[4]}!" if line[4] else ""
        grouped.setdefault(line[:4], []).append((line[5], f"{sheet}{line[6]}"))
    found = []
    for (submission_id, _, sha256, file), cells in grouped.items():
        verdict = inside.state.submissions[submission_id].verdict
        found.append(
            Place(
                file, sha256, submission_id, verdict.seal if verdict else None,
                verdict.contract_version if verdict else None, verdict.ruleset if verdict else None, tuple(cells),
            )
        )  # fmt: skip
    named = [place for place in found if wave[:4] in place.file]
    return named or found


def _made(
    published: Published, figure: str, title: str, value: str, unit: str, period: str, row: Mapping[str, Any],
    sections: tuple[Section, ...], rests_on: tuple[str, ...], covers: str = "",
) -> Explanation:  # fmt: skip
    return Explanation(
        figure_id=figure,
        title=title,
        value=value,
        unit=unit,
        covers=covers or "since the start",
        period=period,
        build_id=published.build_id,
        as_of=published.as_of,
        log_head=published.manifest.get("log_head"),
        synthetic=bool(row["is_synthetic"]),
        facts=row,
        sections=sections,
        rests_on=rests_on,
    )


def _between(low: Any, high: Any) -> str:
    if low is None or high is None:
        return wording.NO_DATA
    return number(low) if low == high else f"{number(low)} to {number(high)}"


def _p_value(value: Any) -> str:
    if value is None:
        return "unknown"
    return "below 0.000001" if value == 0 else f"= {number(value)}"


def _or_dash(value: Any) -> str:
    return "–" if value is None else number(value)


def _rows(published: Published, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = published.arrow(name).to_pylist() if published.has(name) else []
    return rows
