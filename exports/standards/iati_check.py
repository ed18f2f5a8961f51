"""Whether an IATI activity file is valid: its schema, the standard's code lists, and what neither can say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

SCHEMA = "iati-activities-schema.xsd"
#: Element (below its activity) and attribute, with the code list its values are of.
CODES = (
    ("activity-status", "code", "ActivityStatus"),
    ("activity-date", "type", "ActivityDateType"),
    ("reporting-org", "type", "OrganisationType"),
    ("participating-org", "type", "OrganisationType"),
    ("participating-org", "role", "OrganisationRole"),
    ("recipient-country", "code", "Country"),
    ("budget", "type", "BudgetType"),
    ("budget", "status", "BudgetStatus"),
    ("transaction/transaction-type", "code", "TransactionType"),
    ("transaction/value", "currency", "Currency"),
    ("budget/value", "currency", "Currency"),
    ("transaction/provider-org", "type", "OrganisationType"),
    ("related-activity", "type", "RelatedActivityType"),
    ("document-link/category", "code", "DocumentCategory"),
    ("result/indicator", "measure", "IndicatorMeasure"),
    (".", "default-currency", "Currency"),
)
#: Errors of the schema told before we stop: the first ones explain the rest.
MOST = 20


def check_activities(data: bytes, standards: Path | None = None) -> list[str]:
    """What is wrong with a file, in sentences; empty where nothing is.

    Args:
        data: The file's bytes.
        standards: Folder with the standard's schema and code lists; without it only the rules that need
            neither are checked.
    """
    try:
        root = _parsed(data)
    except ET.ParseError as error:
        return [f"The file is not well-formed XML: {error}."]
    found = [*_schema_errors(data, standards), *_unknown_codes(root, standards)] if standards is not None else []
    return [*found, *_rules(root)]


def code_lists(standards: Path) -> dict[str, frozenset[str]]:
    """Codes by the name of their list."""
    found = {}
    for path in sorted(standards.rglob("*.xml")):
        codes = (item.findtext("code") for item in _parsed(path.read_bytes()).iter("codelist-item"))
        found[path.stem] = frozenset(code for code in codes if code)
    return found


def _parsed(data: bytes) -> ET.Element:
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise ET.ParseError("it declares a document type or entities, which IATI files never do")
    return ET.fromstring(data)  # noqa: S314 - nothing to expand: entities are refused above


def _schema_errors(data: bytes, standards: Path) -> Iterator[str]:
    import io

    import xmlschema

    schema = xmlschema.XMLSchema(str(standards / SCHEMA), allow="local", defuse="always")
    for number, error in enumerate(schema.iter_errors(io.BytesIO(data))):
        if number == MOST:
            yield f"More than {MOST} errors of the schema."
            return
        yield f"{error.path}: {error.reason}"


def _unknown_codes(root: ET.Element, standards: Path) -> Iterator[str]:
    known = code_lists(standards)
    for activity in root.iter("iati-activity"):
        for path, attribute, name in CODES:
            if name not in known:
                continue
            for element in activity.iterfind(path):
                code = element.get(attribute)
                if code is not None and code not in known[name]:
                    yield f"{_name(activity)}: {path}: “{code}” is not in the code list {name}."


def _rules(root: ET.Element) -> Iterator[str]:
    """Rules of the standard's guidance that no schema can hold."""
    activities = list(root.iter("iati-activity"))
    names = [_name(activity) for activity in activities]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"{name} stands {names.count(name)} times."
    until = (root.get("generated-datetime") or "9999")[:10]
    for activity in activities:
        name = _name(activity)
        publisher = activity.find("reporting-org")
        if publisher is None or not name.startswith(f"{publisher.get('ref')}-"):
            yield f"{name}: the identifier does not begin with the reporting organisation's."
        if not {date.get("type") for date in activity.iterfind("activity-date")} & {"1", "2"}:
            yield f"{name}: no start, planned or actual."
        yield from (f"{name}: {problem}" for problem in _shares(activity))
        yield from (f"{name}: {problem}" for problem in _dates(activity, until))
        for related in activity.iterfind("related-activity"):
            if related.get("type") in ("1", "2") and related.get("ref") not in names:
                yield f"{name}: its relative {related.get('ref')} is not in the file."


def _shares(activity: ET.Element) -> Iterator[str]:
    groups: dict[str, list[str | None]] = defaultdict(list)
    for element in activity.iterfind("recipient-country"):
        groups["countries"].append(element.get("percentage"))
    for element in activity.iterfind("sector"):
        groups[f"sectors of vocabulary {element.get('vocabulary') or '1'}"].append(element.get("percentage"))
    for what, given in groups.items():
        if len(given) == 1 and given[0] is None:
            continue
        whole = sum((Decimal(share or 0) for share in given), Decimal(0))
        if None in given or whole != 100:
            yield f"the {what} sum to {whole} percent, not 100."


def _dates(activity: ET.Element, until: str) -> Iterator[str]:
    for date in activity.iterfind("activity-date"):
        if date.get("type") in ("2", "4") and (date.get("iso-date") or "") > until:
            yield f"an actual date lies in the future: {date.get('iso-date')}."
    for date in activity.iterfind("transaction/transaction-date"):
        if (date.get("iso-date") or "") > until:
            yield f"a transaction lies in the future: {date.get('iso-date')}."
    for budget in activity.iterfind("budget"):
        start, end = (_day(budget, which) for which in ("period-start", "period-end"))
        if start > end or int(end[:4] or 0) - int(start[:4] or 0) > 1:
            yield f"the budget of {start} to {end} is not of a year or less."
    for period in activity.iterfind("result/indicator/period"):
        start, end = (_day(period, which) for which in ("period-start", "period-end"))
        if start > end:
            yield f"an indicator's period begins {start}, after it ends {end}."


def _day(element: ET.Element, which: str) -> str:
    found = element.find(which)
    return "" if found is None else found.get("iso-date") or ""


def _name(activity: ET.Element) -> str:
    return activity.findtext("iati-identifier", "").strip() or "an activity without identifier"
