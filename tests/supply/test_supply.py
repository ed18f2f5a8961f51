"""The bill of materials and the page of licences are those of the lock; no licence comes in unnoticed; the audit says what it knows."""

import json
import re
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.supply import BILL, LOCK, PAGE
from tests.supply import audit as auditing
from tests.supply import licences as told
from tests.supply.audit import ADVISORIES, KNOWN, NONE_KNOWN, NOT_CHECKED, audit, touches
from tests.supply.bill import bill, wrong
from tests.supply.licences import asks_nothing, page, unnoticed
from tests.supply.packages import direct, installed, locked, who_needs

# The lock holds other versions for other Python versions, and what they ask for is read from what is installed.
made_here = pytest.mark.skipif(
    sys.version_info[:2] != (3, 11) or sys.platform != "linux",
    reason="the bill and the page are made by Python 3.11 on Linux",
)
AGAIN = "python -m tests.supply bill licences"


@made_here
def test_the_bill_of_materials_is_of_the_lock() -> None:
    assert BILL.read_text(encoding="utf-8") == bill(), f"docs/{BILL.name} is not of this lock: {AGAIN}"


@made_here
def test_the_page_of_licences_is_of_the_lock() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), f"docs/{PAGE.name} is not of this lock: {AGAIN}"


def test_the_lock_is_read_line_by_line() -> None:
    lines = [line for line in LOCK.read_text(encoding="utf-8").splitlines() if re.match(r"[A-Za-z0-9]", line)]
    assert [(one.name, one.version) for one in locked()] == sorted(
        (wanted.name, next(iter(wanted.specifier)).version)
        for wanted in (Requirement(line.rstrip("\\ ")) for line in lines)
    )


def test_the_bill_is_valid_and_names_every_locked_package_once() -> None:
    document = json.loads(BILL.read_text(encoding="utf-8"))
    assert wrong(json.dumps(document)) == ""
    assert [(one["name"], one["version"]) for one in document["components"]] == [
        (one.name, one.version) for one in locked()
    ]
    refs = {one["bom-ref"] for one in document["components"]} | {"this"}
    assert {one["ref"] for one in document["dependencies"]} == refs
    document["components"][0]["type"] = "nonsense"
    assert "nonsense" in wrong(json.dumps(document))


def test_the_bill_says_nothing_of_when_and_where_it_was_made() -> None:
    text = BILL.read_text(encoding="utf-8")
    assert not re.findall(r"timestamp|serialNumber|/home|/root|/work|/tmp|https?://(?!cyclonedx\.org/schema/)\S+", text)


def test_every_installed_package_of_the_lock_is_needed_by_something() -> None:
    unneeded = {one.name for one in locked() if one.name in installed()} - who_needs().keys()
    assert unneeded == set()
    assert who_needs()["duckdb"] == ("core",)
    assert who_needs()["pyspark"] == ("spark",)
    assert "numpy" in {need.name for need in direct("pandas")}


def test_no_licence_comes_in_unnoticed() -> None:
    assert unnoticed() == []


@pytest.mark.parametrize(
    ("licence", "said"),
    [
        (
            "AGPL-3.0-only",
            "duckdb: AGPL-3.0-only is not among the licences that need no word; add a remark, or leave it out.",
        ),
        ("", "duckdb: no licence can be told from its metadata; read its licence file and add it to READ_IN_FILE."),
    ],
)
def test_another_licence_is_noticed(licence: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(told, "licences", lambda: {"duckdb": licence})
    assert unnoticed() == [said]


def test_a_licence_that_changed_under_its_remark_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(told, "licences", lambda: {"certifi": "GPL-3.0-only"})
    assert unnoticed() == ["certifi: its licence is now GPL-3.0-only; the remark was written for MPL-2.0."]


@pytest.mark.parametrize(
    ("expression", "may"),
    [
        ("MIT", True), ("MIT OR GPL-3.0-only", True), ("MIT AND GPL-3.0-only", False), ("(MIT OR AGPL-3.0-only) AND ISC", True),
        ("LGPL-3.0-only", False), ("Apache-2.0 WITH LLVM-exception", False), ("", False),
    ],
)  # fmt: skip
def test_what_needs_no_word(expression: str, may: bool) -> None:
    assert asks_nothing(expression) is may


def _advisory(name: str = "PyYAML", *events: dict[str, str], **more: object) -> dict[str, object]:
    spans = [{"type": "ECOSYSTEM", "events": list(events)}]
    affected = [{"package": {"ecosystem": "PyPI", "name": name}, "ranges": spans}]
    return {
        "schema_version": "1.6.0",
        "id": "SYNTHETIC-1",
        "summary": "A synthetic advisory.",
        "affected": affected,
        **more,
    }


@pytest.mark.parametrize(
    ("version", "is_touched"),
    [("0.9", False), ("1.0", True), ("1.9.9", True), ("2.0", False), ("3.1", True), ("3.2", True), ("3.2.1", False)],
)
def test_an_advisory_touches_the_versions_of_its_ranges(version: str, is_touched: bool) -> None:
    events = ({"introduced": "1.0"}, {"fixed": "2.0"}, {"introduced": "3.0"}, {"last_affected": "3.2"})
    assert touches(_advisory("pyyaml", *events), "PyYAML", version) is is_touched


@pytest.fixture
def small_lock(tmp_path: Path) -> Path:
    """The lines of two packages of the lock."""
    found = re.findall(r"(?m)^(?:pyyaml|six)==.*\n(?:    --hash.*\n)+", LOCK.read_text(encoding="utf-8"))
    assert len(found) == 2
    file = tmp_path / "small.lock"
    file.write_text("".join(found), encoding="utf-8")
    return file


def test_a_known_vulnerability_is_found(
    small_lock: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "advisories" / "PyPI"
    folder.mkdir(parents=True)
    (folder / "one.json").write_text(json.dumps(_advisory("PyYAML", {"introduced": "0"}, {"fixed": "99.0"})))
    (folder / "two.json").write_text(
        json.dumps(_advisory("six", {"introduced": "0"}, withdrawn="2026-01-01T00:00:00Z"))
    )
    monkeypatch.setenv(ADVISORIES, str(folder.parent))
    assert audit(small_lock) == KNOWN
    said = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"pyyaml \S+: SYNTHETIC-1, mended in 99\.0\. A synthetic advisory\.", said[0])
    assert said[1:] == ["2 packages checked against 1 advisories of a folder: 1 known vulnerabilities."]


def test_nothing_known_is_told_apart_from_nothing_checked(
    small_lock: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "advisories"
    folder.mkdir()
    monkeypatch.setenv(ADVISORIES, str(folder))
    assert audit(small_lock) == NOT_CHECKED
    assert capsys.readouterr().out.startswith("Not checked: ")
    (folder / "one.json").write_text(json.dumps(_advisory("PyYAML", {"introduced": "0"}, {"fixed": "0.1"})))
    assert audit(small_lock) == NONE_KNOWN
    assert capsys.readouterr().out == "2 packages checked against 1 advisories of a folder: 0 known vulnerabilities.\n"


def test_a_service_out_of_reach_is_not_an_empty_answer(
    small_lock: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(ADVISORIES, raising=False)
    ask = auditing._pip_audit
    monkeypatch.setattr(
        auditing,
        "_pip_audit",
        lambda lock, more, patience: ask(lock, ["--osv-url", "http://127.0.0.1:9/v1/query"], patience),
    )
    assert audit(small_lock) == NOT_CHECKED
    assert capsys.readouterr().out.startswith("Not checked: no database at hand. ")
