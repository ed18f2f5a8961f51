"""Data Docs from stored results, and the rule page of a program."""

import html
import re
from datetime import UTC, datetime

import pytest

from expectations.datadocs import suite_summary, write_data_docs
from expectations.stored import StoredResults, read_results, write_results
from sources.contract.load import load_all
from tests.unit.expectations.returns import heal, heal_rows, judged, read

WHEN = datetime(2026, 10, 5, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def results():
    terms = heal()
    bad = heal_rows(4)
    bad[0]["city"], bad[2]["people_reached"] = None, -4
    return judged(terms, read(terms.table("interventions"), bad, sheet="Interventions")).results


def test_results_are_kept_per_submission(tmp_path, results):
    write_results(tmp_path, StoredResults("s-2", WHEN, []))
    path = write_results(tmp_path, StoredResults("s-1", WHEN, results))
    first = path.read_bytes()
    assert list(read_results(tmp_path)) == [StoredResults("s-1", WHEN, results), StoredResults("s-2", WHEN, [])]
    assert write_results(tmp_path, StoredResults("s-1", WHEN, results)).read_bytes() == first
    assert not list(tmp_path.glob("*.part"))


def test_data_docs_show_every_verdict_and_call_nobody(tmp_path, results, caplog):
    (tmp_path / "mine.txt").write_text("stays")
    index = write_data_docs([StoredResults("s-1", WHEN, results), StoredResults("s-2", WHEN, results)], tmp_path)
    pages = list((tmp_path / "validations").rglob("*.html"))
    assert len(pages) == 4
    overview = index.read_text(encoding="utf-8")
    assert "s-1" in overview
    assert "heal.interventions" in overview
    page = next(path for path in pages if "interventions/s-1" in path.as_posix()).read_text(encoding="utf-8")
    assert "values must never be null" in page
    for path in tmp_path.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"(?:src=|<link[^>]*href=|url\()[\"']?(?:https?:)?//", text)
    assert not [record for record in caplog.records if record.levelname not in ("DEBUG", "INFO")]
    assert (tmp_path / "mine.txt").exists()


def test_asvs_1_2_1_cells_of_a_return_are_shown_and_never_run(tmp_path):
    """As shipped, Great Expectations writes the values it quotes into its pages as they are."""
    evil = "<script>evil()</script><img src=x onerror=evil()> {{evil}} $evil ${evil} %s & 'x'"
    terms, rows = heal(), heal_rows(5)
    for number, row in enumerate(rows):
        row["city"] = f"{number} {evil}"
    rows[0]["stage"] = rows[1]["state_code"] = rows[2]["grant_currency"] = rows[3]["intervention_id"] = evil
    found = judged(terms, read(terms.table("interventions"), rows, sheet="Interventions")).results
    write_data_docs([StoredResults("s-1", WHEN, found)], tmp_path)
    pages = [path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.html")]
    (page,) = (text for text in pages if "evil()" in text)
    assert "<script>evil" not in page
    assert "<img src=x" not in page
    assert html.escape(evil) in page, "once, and not twice"
    assert all("content=\"script-src 'none'" in text for text in pages)


def test_an_earlier_site_is_replaced(tmp_path, results):
    write_data_docs([StoredResults("s-1", WHEN, results)], tmp_path)
    index = write_data_docs([], tmp_path)
    assert index.is_file()
    assert not list(tmp_path.rglob("sample-2026-Q3.html"))


@pytest.mark.parametrize("program", sorted(load_all()))
def test_the_rule_page_lists_every_rule(program):
    terms = load_all()[program]
    page = suite_summary(terms)
    for table in terms.tables:
        assert f"## {table.label}" in page
        for rule in table.rules:
            assert f"| `{rule.id}` |" in page


def test_the_rule_page_word_for_word():
    lines = suite_summary(heal()).splitlines()
    assert lines[0] == "# Rules of HEAL – Health Equity Advancement and Leadership"
    assert "| `heal.interventions.city.required` | City | error | Must be filled in. |" in lines
    assert "| `heal.survey_feedback._row.has_rows` | whole table | error | The table is there and has rows. |" in lines
    assert (
        "| `heal.interventions.grant_amount.grant_needs_currency` | Grant paid this quarter, Currency | error "
        "| A grant needs its currency. |"
    ) in lines
