"""The initiative as an IATI 2.03 activity file: one parent activity, one per program, from release tables only.

Money stands at the programs, so that nobody adds it twice: budgets by year, commitments and disbursements
by quarter, each the sum of what counts to the goal. Source: IATI Standard 2.03, activity standard.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from exports import wording
from exports.published import Published
from exports.safe import number_text
from exports.standards.elements import add, document, remark, told
from exports.standards.iati_facts import Activity, IatiFacts, gather_iati, shares
from exports.standards.iati_results import add_results
from sources import periods
from sources.publisher import Publisher, load_publisher

FILE = "iati/activities.xml"
#: Codes of the standard's lists, by what they mean here.
PLANNED_START, ACTUAL_START, PLANNED_END = "1", "2", "3"
PIPELINE, IMPLEMENTATION, CLOSED = "1", "2", "4"
PARENT, CHILD = "1", "2"
COMMITMENT, DISBURSEMENT = "2", "3"
MULTI_NATIONAL, NATIONAL = "3", "4"
#: A tag and not a sector: money is not split by goal, and a sector would need shares.
SDG_GOAL, SDG_TARGET = "2", "3"
DAC_PURPOSE = "1"
_INITIATIVE = "initiative"


def write_iati(published: Published, folder: str | Path, publisher: Publisher | None = None) -> Path:
    """Write ``iati/activities.xml`` below a folder.

    Args:
        published: The build; only its release tables are read.
        folder: The ``release`` folder of the exports.
        publisher: Who publishes; by default what ``sources/reference/publisher.yaml`` says.
    """
    target = Path(folder) / FILE
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(iati_bytes(published, publisher or load_publisher()))
    return target


def iati_bytes(published: Published, publisher: Publisher) -> bytes:
    """The file's bytes: the same build and publisher give the same bytes."""
    facts = gather_iati(published)
    moment = f"{facts.as_of.isoformat()}T00:00:00Z"
    root = ET.Element("iati-activities", {"version": "2.03", "generated-datetime": moment})
    if facts.synthetic:
        remark(root, f"{wording.SYNTHETIC}. Do not register or publish this file.")
    if publisher.is_example:
        remark(root, "The organisation identifier is the example of the IATI documentation; nobody has it.")
    remark(root, f"Build {facts.build_id}. {facts.sentence}")
    for activity in (facts.initiative, *facts.programs):
        _add_activity(root, activity, facts, publisher, moment)
    return document(root)


def _add_activity(root: ET.Element, activity: Activity, facts: IatiFacts, publisher: Publisher, moment: str) -> None:
    """One ``iati-activity``, its parts in the order the schema wants."""
    is_parent = activity.code is None
    element = add(
        root,
        "iati-activity",
        {
            "last-updated-datetime": moment,
            "xml:lang": publisher.language,
            "default-currency": "EUR",
            "humanitarian": "0",
            "hierarchy": "1" if is_parent else "2",
        },
    )
    add(element, "iati-identifier", text=_identifier(publisher, activity))
    told(
        element,
        "reporting-org",
        publisher.name,
        {
            "ref": publisher.identifier,
            "type": publisher.type,
            "secondary-reporter": str(int(publisher.is_secondary_reporter)),
        },
    )
    told(element, "title", f"{activity.name} (synthetic sample)" if facts.synthetic else activity.name)
    _add_descriptions(element, activity, facts)
    for participant in publisher.participants:
        told(
            element,
            "participating-org",
            participant.name,
            {"ref": participant.ref, "type": participant.type, "role": participant.role},
        )
    _add_dates(element, activity, facts)
    _add_places_and_purposes(element, activity, facts, publisher)
    if not is_parent:
        _add_budgets(element, activity)
        _add_transactions(element, activity, publisher)
    else:
        for link in publisher.documents:
            entry = add(element, "document-link", {"format": link.format, "url": link.url})
            told(entry, "title", link.title)
            add(entry, "category", {"code": link.category})
    related = facts.programs if is_parent else (facts.initiative,)
    for other in related:
        add(
            element,
            "related-activity",
            {"ref": _identifier(publisher, other), "type": CHILD if is_parent else PARENT},
        )
    add_results(element, activity, facts)


def _identifier(publisher: Publisher, activity: Activity) -> str:
    return f"{publisher.identifier}-{activity.code or _INITIATIVE}"


def _add_descriptions(element: ET.Element, activity: Activity, facts: IatiFacts) -> None:
    said = [f"{wording.SYNTHETIC}."] if facts.synthetic else []
    if activity.code is None:
        said.append("An initiative of many programs: each is an activity of its own, and holds its money.")
    else:
        said.append(f"A program of the initiative “{facts.initiative.name}”.")
        said.append("Money is summed over all partners: budgets by year, commitments and disbursements by quarter.")
    told(element, "description", " ".join(said), {"type": "1"})
    if activity.purpose:
        told(element, "description", activity.purpose, {"type": "2"})
    if activity.code is None and facts.goal is not None and facts.goal.get("source_text"):
        basis = "" if facts.goal.get("basis") == "published" else " (assumed)"
        told(element, "description", f"{facts.goal['source_text']}{basis}", {"type": "2"})


def _add_dates(element: ET.Element, activity: Activity, facts: IatiFacts) -> None:
    start, end = _goal_years(facts)
    begun = _begun(activity) if activity.code else min(filter(None, map(_begun, facts.programs)), default=None)
    if begun is not None and begun > facts.as_of:
        begun = None
    status = CLOSED if facts.as_of > end else PIPELINE if begun is None else IMPLEMENTATION
    add(element, "activity-status", {"code": status})
    if activity.code is None or begun is None:
        years = [int(row["member_code"]) for row in activity.money.get("year", []) if row["budget_eur"]]
        planned = date(min(years), 1, 1) if activity.code and years else start
        add(element, "activity-date", {"iso-date": planned.isoformat(), "type": PLANNED_START})
    if begun is not None:
        add(element, "activity-date", {"iso-date": begun.isoformat(), "type": ACTUAL_START})
    add(element, "activity-date", {"iso-date": end.isoformat(), "type": PLANNED_END})


def _goal_years(facts: IatiFacts) -> tuple[date, date]:
    goal = facts.goal or {}
    first = int(goal.get("start_year") or periods.FIRST_PERIOD[:4])
    last = int(goal.get("by_year") or periods.LAST_PERIOD[:4])
    return date(first, 1, 1), date(last, 12, 31)


def _begun(activity: Activity) -> date | None:
    """First day of the first quarter with money or, without any, with a definition in force."""
    quarters = [str(row["member_code"]) for row in activity.quarters()]
    quarters = quarters or [str(row["effective_from"]) for row in activity.definitions if row.get("effective_from")]
    return periods.first_day(min(quarters)) if quarters else None


def _add_places_and_purposes(element: ET.Element, activity: Activity, facts: IatiFacts, publisher: Publisher) -> None:
    countries = shares(activity.money.get("country", []))
    if countries:
        add(element, "activity-scope", {"code": MULTI_NATIONAL if len(countries) > 1 else NATIONAL})
    for code, share in countries:
        add(element, "recipient-country", {"code": code, "percentage": number_text(share)})
    for code, share in _sectors(activity.money.get("pillar", []), publisher):
        add(element, "sector", {"vocabulary": DAC_PURPOSE, "code": code, "percentage": number_text(share)})
    definitions = activity.definitions if activity.code else [row for one in facts.programs for row in one.definitions]
    targets = sorted({str(row["sdg_target"]) for row in definitions if row.get("sdg_target")}, key=_sdg_order)
    for goal in dict.fromkeys(target.split(".")[0] for target in targets):
        add(element, "tag", {"vocabulary": SDG_GOAL, "code": goal})
    for target in targets:
        add(element, "tag", {"vocabulary": SDG_TARGET, "code": target})
    for name, given in (("default-flow-type", publisher.flow_type), ("default-finance-type", publisher.finance_type)):
        if given:
            add(element, name, {"code": given})


def _sectors(rows: Sequence[dict[str, Any]], publisher: Publisher) -> list[tuple[str, Decimal]]:
    """Shares by purpose code; pillars the publisher gives the same code are one sector."""
    found: dict[str, Decimal] = {}
    for pillar, share in shares([row for row in rows if row["member_code"] in publisher.sectors]):
        code = publisher.sectors[pillar]
        found[code] = found.get(code, Decimal(0)) + share
    return sorted(found.items())


def _sdg_order(target: str) -> tuple[int, bool, int, str]:
    goal, _, part = target.partition(".")
    return int(goal), not part.isdigit(), int(part) if part.isdigit() else 0, part


def _add_budgets(element: ET.Element, activity: Activity) -> None:
    for row in sorted(activity.money.get("year", []), key=lambda row: str(row["member_code"])):
        if not row["budget_eur"] or row["budget_eur"] < 0:
            continue
        year = int(row["member_code"])
        budget = add(element, "budget", {"type": "1", "status": "1"})
        add(budget, "period-start", {"iso-date": date(year, 1, 1).isoformat()})
        add(budget, "period-end", {"iso-date": date(year, 12, 31).isoformat()})
        _add_value(budget, row["budget_eur"], date(year, 1, 1))


def _add_transactions(element: ET.Element, activity: Activity, publisher: Publisher) -> None:
    for row in activity.quarters():
        quarter = str(row["member_code"])
        for kind, amount, name in (
            (COMMITMENT, row["committed_eur"], "Commitments"),
            (DISBURSEMENT, row["paid_eur"], "Disbursements"),
        ):
            if amount:
                _add_transaction(element, kind, quarter, amount, name, publisher)


def _add_transaction(
    element: ET.Element, kind: str, quarter: str, amount: Decimal, name: str, publisher: Publisher
) -> None:
    day = periods.last_day(quarter)
    transaction = add(element, "transaction", {"ref": f"{name.lower()}-{quarter}"})
    add(transaction, "transaction-type", {"code": kind})
    add(transaction, "transaction-date", {"iso-date": day.isoformat()})
    _add_value(transaction, amount, day)
    told(transaction, "description", f"{name} of {wording.quarter_text(quarter)}, summed over partners")
    told(transaction, "provider-org", publisher.name, {"ref": publisher.identifier, "type": publisher.type})


def _add_value(parent: ET.Element, amount: Decimal, day: date) -> None:
    add(parent, "value", {"currency": "EUR", "value-date": day.isoformat()}, number_text(amount))
