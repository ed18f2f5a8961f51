"""What pages made one after another in one database see of each other's tables: nothing but what is released."""

from __future__ import annotations

import duckdb
import pytest

from exports.site.build import PARTNER_TABLES, Site
from exports.site.problem import PageProblem
from exports.site.source import read_page
from exports.site.tables import Engine, Parts, Tables, View
from tests.unit.exports.invented.values import obligation_rows


def test_between_two_partners_pages_nothing_of_the_first_is_left(published, monkeypatch):
    seen: list[tuple[set[str], list[str]]] = []
    leave = Tables.__exit__

    def left(self, *what):
        names = "select table_name from information_schema.tables"
        during = {name for (name,) in self._engine.connection.execute(names).fetchall()}
        leave(self, *what)
        seen.append((during, [name for (name,) in self._engine.connection.execute(names).fetchall()]))

    monkeypatch.setattr(Tables, "__exit__", left)
    list(Site(published).files("partners/[partner].md"))
    pages = seen[1:]
    assert len(pages) == len({row["partner_code"] for row in obligation_rows()}) > 1
    released = set(published.release().tables)
    for during, after in pages:
        assert {"pub_leads__obligations", "pub_leadership__progress"} <= during
        assert set(after) <= released


def test_a_page_that_cannot_be_made_leaves_nothing_either(published):
    page = read_page("partners/x.md", "---\ntitle: x\n---\n```sql a\nselect nothing from pub_leads__obligations\n```\n")
    with Engine() as engine:
        with pytest.raises(PageProblem), Tables(View(published), page, {}, engine) as tables:
            tables.frame("a", 1)
        with pytest.raises(duckdb.CatalogException):
            engine.connection.execute("from pub_leads__obligations")


def test_a_view_holds_the_rows_of_one_partner_in_the_order_of_the_table(published):
    for partner in (row["partner_code"] for row in obligation_rows()):
        view = View(published, None, ("partner_code", partner), Parts(published))
        for table in PARTNER_TABLES:
            rows = published.arrow(table).to_pylist()
            mine = [
                row
                for row in rows
                if (
                    row["partner_code"]
                    if "partner_code" in row
                    else row["dimension"] == "partner" and row["member_code"]
                )
                == partner
            ]
            assert view.rows(table).to_pylist() == mine
