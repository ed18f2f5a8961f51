"""The IATI file: valid, complete, exact, and silent about what is hidden."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from exports.published import Published
from exports.standards.iati import iati_bytes, write_iati
from exports.standards.iati_check import check_activities
from exports.standards.iati_facts import shares
from sources.contract.load import ROOT
from sources.publisher import Document, Participant, Publisher, load_publisher
from tests.unit.exports import fixtures
from tests.unit.exports.invented.coalition import AS_OF
from tests.unit.exports.invented.values import progress_rows

SHARED = ROOT.parent / "shared"
STANDARDS = SHARED / "standards" / "iati"
REAL = SHARED / "real" / "iati"
HOSTILE = "<script>alert(1)</script>]]>&amp;--\x00\x0b\u202e=HYPERLINK(\"x\") 'ö'"


@pytest.fixture(scope="module")
def publisher() -> Publisher:
    return load_publisher()


@pytest.fixture(scope="module")
def root(published: Published, publisher: Publisher) -> ET.Element:
    return parsed(iati_bytes(published, publisher))


def parsed(data: bytes) -> ET.Element:
    return ET.fromstring(data)  # noqa: S314 - made by ourselves


def activity(root: ET.Element, code: str) -> ET.Element:
    (found,) = (one for one in root if str(one.findtext("iati-identifier", "")).endswith(f"-{code}"))
    return found


def indicator(root: ET.Element, code: str, name: str) -> ET.Element:
    (found,) = (one for one in activity(root, code).iter("indicator") if one.findtext("title/narrative") == name)
    return found


def standards() -> Path | None:
    """The schema and code lists where they lie beside the project; the rules are checked either way."""
    return STANDARDS if STANDARDS.is_dir() else None


def test_the_file_is_valid_and_always_the_same(published: Published, publisher: Publisher, tmp_path: Path) -> None:
    written = write_iati(published, tmp_path).read_bytes()
    assert written == iati_bytes(published, publisher)
    assert check_activities(written, standards()) == []


@pytest.mark.skipif(not STANDARDS.is_dir(), reason="the IATI schema is not here (shared/standards beside the project)")
@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('<activity-status code="2" />', '<activity-status code="9" />', "is not in the code list ActivityStatus"),
        ('<recipient-country code="US"', '<recipient-country code="UX"', "is not in the code list Country"),
        ('currency="EUR"', 'currency="EUX"', "is not in the code list Currency"),
        ('measure="1"', "", "measure"),
        ("<iati-identifier>", "<default-flow-type code='10'/><iati-identifier>", "default-flow-type"),
    ],
)
def test_what_schema_and_code_lists_forbid_is_found(
    published: Published, publisher: Publisher, old: str, new: str, told: str
) -> None:
    text = iati_bytes(published, publisher).decode()
    assert old in text
    assert any(told in problem for problem in check_activities(text.replace(old, new, 1).encode(), STANDARDS))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('percentage="80"', 'percentage="79"', "sum to 99 percent"),
        ("-heal</iati-identifier>", "-cheer</iati-identifier>", "stands 2 times"),
        (">AA-AAA-123456789-heal<", ">BB-1-heal<", "does not begin with the reporting"),
        ('<transaction-date iso-date="2026-03-31"', '<transaction-date iso-date="2027-03-31"', "in the future"),
        (
            'status="1">\n      <period-start iso-date="2025',
            'status="1">\n      <period-start iso-date="2023',
            "a year or less",
        ),
        ('<?xml version="1.0" encoding="UTF-8"?>', "<!DOCTYPE x>", "never do"),
        ("</iati-activities>", "", "not well-formed"),
    ],
)
def test_what_no_schema_can_hold_is_found(
    published: Published, publisher: Publisher, old: str, new: str, told: str
) -> None:
    text = iati_bytes(published, publisher).decode()
    assert old in text
    assert any(told in problem for problem in check_activities(text.replace(old, new, 1).encode()))


@pytest.mark.skipif(not REAL.is_dir(), reason="no real IATI files here (shared/real beside the project)")
def test_real_files_pass_the_schema() -> None:
    found = {path.name: check_activities(path.read_bytes(), standards()) for path in sorted(REAL.glob("*.xml"))}
    assert len(found) >= 2
    problems = [problem for told in found.values() for problem in told]
    assert all("sum to" in problem for problem in problems), "one of them gives sixty sectors no share"


def test_one_parent_and_one_activity_per_program(root: ET.Element) -> None:
    assert [one.get("hierarchy") for one in root if one.tag == "iati-activity"] == ["1", "2", "2"]
    parent, children = activity(root, "initiative"), [activity(root, code) for code in ("cheer", "heal")]
    assert [one.get("ref") for one in parent.iter("related-activity")] == [
        one.findtext("iati-identifier") for one in children
    ]
    assert {one.get("type") for child in children for one in child.iter("related-activity")} == {"1"}
    assert parent.find("budget") is None, "money stands at the programs, so that nobody adds it twice"
    assert parent.find("transaction") is None
    assert "Paid towards the goal" in [one.findtext("title/narrative") for one in parent.iter("indicator")]


def test_everything_synthetic_says_so(root: ET.Element, published: Published, publisher: Publisher) -> None:
    for one in root.iter("iati-activity"):
        assert str(one.findtext("title/narrative")).endswith("(synthetic sample)")
        assert str(one.findtext("description/narrative")).startswith("Synthetic sample – invented figures.")
    text = iati_bytes(published, publisher).decode()
    assert "<!-- Synthetic sample – invented figures. Do not register" in text
    assert "nobody has it" in text
    real = replace(publisher, identifier="XM-OTHER-1", participants=())
    assert "nobody has it" not in iati_bytes(published, real).decode()


def test_money_is_that_of_the_release_tables_to_the_cent(root: ET.Element) -> None:
    found: dict[tuple[str, str, str], Decimal] = {}
    for code in ("heal", "cheer"):
        for one in activity(root, code).iter("transaction"):
            day, kind = one.find("transaction-date"), one.find("transaction-type")
            assert day is not None
            assert kind is not None
            found[code, str(kind.get("code")), str(day.get("iso-date"))] = Decimal(str(one.findtext("value")))
    assert found == {
        ("heal", "2", "2025-12-31"): 9_000_000,
        ("heal", "3", "2025-12-31"): 8_000_000,
        ("heal", "2", "2026-03-31"): 9_500_000,
        ("heal", "3", "2026-03-31"): 9_200_000,
        ("heal", "3", "2026-09-30"): -100_000,
        ("cheer", "2", "2026-06-30"): 9_500_000,
        ("cheer", "3", "2026-06-30"): 7_500_000,
    }
    budgets = [one.findtext("value") for one in activity(root, "heal").iter("budget")]
    assert budgets == ["10000000", "10000000"]


def test_shares_sum_to_a_hundred(root: ET.Element) -> None:
    found: dict[str, list[tuple[str | None, str | None]]] = defaultdict(list)
    for code in ("heal", "cheer"):
        for one in activity(root, code).iterfind("recipient-country"):
            found[code].append((one.get("code"), one.get("percentage")))
    assert found["cheer"] == [("BR", "33.34"), ("KE", "33.33"), ("US", "33.33")]
    assert found["heal"] == [("KE", "33.33"), ("US", "66.67")], "what is not split by country takes no part"
    sectors = [(one.get("code"), one.get("percentage")) for one in activity(root, "cheer").iterfind("sector")]
    assert sectors == [("12110", "20"), ("12261", "80")]


def test_shares_of_many_parts_are_exact() -> None:
    for count in range(1, 40):
        rows = [{"member_code": f"{n:02}", "paid_eur": Decimal(n + 1), "committed_eur": None, "budget_eur": None}
                for n in range(count)]  # fmt: skip
        assert sum(share for _, share in shares(rows)) == 100
    none = {"member_code": "US", "paid_eur": Decimal(-1), "committed_eur": None, "budget_eur": None}
    assert shares([none]) == []
    assert shares([none | {"budget_eur": Decimal(3)}]) == [("US", Decimal(100))]


def test_hidden_figures_are_nowhere(tmp_path: Path, publisher: Publisher) -> None:
    rows = progress_rows()
    (hidden,) = (row for row in rows if row["is_suppressed"] and row["year"] == 2024)
    shown = fixtures.publish(tmp_path / "a", {"pub_leadership__progress": rows})
    hidden |= {"value": 4321.0, "value_low": 4321.0, "value_high": 4321.0}
    leaking = fixtures.publish(tmp_path / "b", {"pub_leadership__progress": rows})
    for published in (shown, leaking):
        data = iati_bytes(published, publisher)
        assert b"4321" not in data
        periods = list(indicator(parsed(data), "cheer", "Youth leaders").iter("period"))
        reached = [one for one in periods if one.find("actual") is not None]
        assert "2024-12-31" not in [end.get("iso-date") for one in reached for end in one.iterfind("period-end")]


def test_only_release_tables_are_read(published: Published, publisher: Publisher) -> None:
    assert iati_bytes(published.release(), publisher) == iati_bytes(published, publisher)


def test_a_range_is_published_by_its_lower_end_and_says_so(root: ET.Element) -> None:
    periods = indicator(root, "heal", "People reached by interventions").iter("period")
    last = [one for one in periods if one.find("actual") is not None][-1]
    actual = last.find("actual")
    assert actual is not None
    said = str(actual.findtext("comment/narrative"))
    assert said.startswith(f"At least {actual.get('value')} and at most ")
    assert "Provisional" in said


def test_a_rounded_figure_says_so(tmp_path: Path, publisher: Publisher) -> None:
    rows = [row | {"is_rounded": row["counts_people"]} for row in progress_rows()]
    read = parsed(iati_bytes(fixtures.publish(tmp_path, {"pub_leadership__progress": rows}), publisher))
    said = {
        name: {one.findtext("comment/narrative") for one in indicator(read, "heal", name).iter("actual")}
        for name in ("People trained", "Patients who felt not listened to", "Interventions running")
    }
    assert all("Rounded to the nearest 5." in str(one) for one in said["People trained"])
    assert all("Rounded to a whole percent." in str(one) for one in said["Patients who felt not listened to"])
    assert not any("Rounded" in str(one) for one in said["Interventions running"])


def test_markup_in_names_is_text(tmp_path: Path, publisher: Publisher) -> None:
    rows: list[dict[str, Any]] = [row | {"indicator_name": HOSTILE, "program_name": HOSTILE, "definition": HOSTILE}
                                  for row in fixtures.tables()["pub_meta__definitions"][2]]  # fmt: skip
    build = [{"as_of": AS_OF, "is_synthetic": True, "sentence": HOSTILE}]
    published = fixtures.publish(tmp_path, {"pub_meta__definitions": rows, "pub_meta__build": build})
    data = iati_bytes(published, replace(publisher, name=HOSTILE))
    assert check_activities(data, standards()) == []
    read = parsed(data)
    assert not list(read.iter("script"))
    clean = HOSTILE.replace("\x00", "").replace("\x0b", "")
    assert indicator_names(read) == {clean}
    assert activity(read, "heal").findtext("reporting-org/narrative") == clean


def indicator_names(root: ET.Element) -> set[str | None]:
    return {one.findtext("title/narrative") for one in root.iter("indicator")}


def test_a_publishers_own_documents_and_participants(published: Published, publisher: Publisher) -> None:
    mine = replace(
        publisher,
        participants=(Participant("4", "A partner", "22", "XM-OTHER-2"),),
        documents=(Document("https://example.org/a.pdf?x=1&y=2", "Annual extract", "application/pdf", "B01"),),
    )
    data = iati_bytes(published, mine)
    assert check_activities(data, standards()) == []
    link = activity(parsed(data), "initiative").find("document-link")
    assert link is not None
    assert link.get("url") == "https://example.org/a.pdf?x=1&y=2"
