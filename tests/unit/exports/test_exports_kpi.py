"""The program lead's files: what stands in which cell."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from exports.kpi import kpi_csv, write_kpi
from exports.kpi_workbook import kpi_workbook
from exports.published import Published
from exports.wording import SYNTHETIC
from tests.unit.exports.invented.coalition import NASTY, PROGRAMS
from tests.unit.exports.invented.trust import TOO_FEW
from tests.unit.exports.invented.values import kpi_rows

pytestmark = pytest.mark.filterwarnings("ignore:Sparkline Group extension")


@pytest.fixture(scope="module")
def book(published: Published) -> openpyxl.Workbook:
    """The workbook of all programs."""
    return openpyxl.load_workbook(io.BytesIO(kpi_workbook(published)))


def cells(sheet: Any, key: int) -> dict[str, dict[str, Any]]:
    """Rows below the header by the text of one column, each by heading."""
    heads = [cell.value for cell in sheet[5]]
    found: dict[str, dict[str, Any]] = {}
    for row in sheet.iter_rows(min_row=6):
        if isinstance(row[key].value, str):
            found.setdefault(row[key].value, dict(zip(heads, row, strict=True)))
    return found


def test_first_sheet_reads_without_explanation(book: openpyxl.Workbook) -> None:
    sheet = book.worksheets[0]
    assert sheet["A1"].value == "Indicators: all programs"
    assert "July to September 2026" in sheet["A2"].value
    assert sheet["A3"].value == SYNTHETIC
    rows = cells(sheet, 1)
    trained = {head: cell.value for head, cell in rows["People trained"].items()}
    assert trained["Value"] == 770
    assert trained["Unit"] == "people"
    assert trained["Covers"] == "since the start"
    assert trained["Target"] == 4000
    assert trained["Target is"] == "by 2030, assumed"
    assert trained["Returns in"] == "1 of 1"
    assert trained["Data"] == "provisional"
    assert trained["Progress"] == "▼ behind"
    assert rows["People reached by interventions"]["Value"].value == "910–6,710"
    assert rows["Youth leaders"]["Value"].value == "no data"
    assert rows["Youth leaders"]["Returns in"].value == "0 of 1"
    assert rows["Patients who felt not listened to"]["Target"].value == "no target"
    assert rows["Paid towards the goal"]["Value"].number_format.startswith('"€"')
    assert rows["Patients who felt not listened to"]["Value"].number_format == '0.0"%"'
    assert rows["People trained"]["Indicator"].hyperlink.location.startswith("Definitions!A")


def test_definition_link_lands_on_its_indicator(book: openpyxl.Workbook) -> None:
    for name, row in cells(book.worksheets[0], 1).items():
        link = row["Indicator"].hyperlink
        if link is not None:
            assert book["Definitions"][link.location.split("!")[1]].value == name


def test_every_sheet_prints_and_freezes(book: openpyxl.Workbook) -> None:
    for sheet in book.worksheets:
        assert sheet["A3"].value == SYNTHETIC
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.freeze_panes is not None
        assert sheet.auto_filter.ref
        assert sheet.print_title_rows == "$5:$5"


def test_obligations_carry_word_and_colour(book: openpyxl.Workbook) -> None:
    row = cells(book["Who owes what"], 1)["Sample partner (CHEER)"]
    assert row["2026-Q3"].value == "excused"
    assert row["2025-Q4"].value == "missing"
    assert row["2024-Q4"].value == "nothing to report"
    assert row["2025-Q2"].value == "reported, late"
    colours = {row[period].fill.fgColor.rgb for period in ("2026-Q3", "2025-Q4", "2024-Q4", "2025-Q2")}
    assert len(colours) == 4


def test_injection_is_inert_and_negative_money_is_a_number(book: openpyxl.Workbook) -> None:
    parts = [cell for row in book["Breakdowns"].iter_rows() for cell in row if cell.value == NASTY]
    assert parts
    assert {cell.data_type for cell in parts} <= {"s", "f"}
    with_formulas = kpi_formulas(book)
    assert len(with_formulas) == 6
    assert all(formula.startswith(("=SUBTOTAL(109,", "=SUMIFS(")) for formula in with_formulas)
    paid = [row[8].value for row in book["Investment"].iter_rows(min_row=6) if row[0].value == 2024]
    assert paid == [-1250.25, 2750000.5]


def kpi_formulas(book: openpyxl.Workbook) -> list[str]:
    """Texts that openpyxl takes for formulas, the planted one aside (it cannot tell strings apart)."""
    found = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    return [text for text in found if text != NASTY]


def test_formulas_in_the_file_itself(published: Published) -> None:
    import zipfile

    with zipfile.ZipFile(io.BytesIO(kpi_workbook(published, "heal"))) as archive:
        sheets = [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    assert not any("<f>" in sheet for sheet in sheets)
    assert any("sparkline" in sheet for sheet in sheets)


def test_blank_is_not_zero(book: openpyxl.Workbook) -> None:
    for row in book["All quarters"].iter_rows(min_row=6):
        if row[0].value == "Youth leaders" and row[1].value == "2026-Q3":
            assert [row[3].value, row[4].value, row[5].value] == [None, None, None]
            assert row[7].value == 0


def test_barriers_stand_beside_what_became_of_them(published: Published, book: openpyxl.Workbook) -> None:
    rows = cells(book["From heard to done"], 1)
    cost = {head: cell.value for head, cell in rows["Cost of care"].items()}
    assert (cost["Heard"], cost["Counted in"]) == ("1,200–1,290", "patients naming it")
    assert (cost["Actions under way"], cost["Actions done"], cost["… traced to a meeting"]) == (5, 2, 4)
    assert (cost["Nothing agreed"], cost["Programs that answer it"]) == (None, "HEAL")
    assert rows["Language"]["Heard"].value == "0–4"
    assert rows["Language"]["Nothing agreed"].value == "nothing agreed"
    assert rows["Insurance coverage"]["Heard"].value == "not named"
    assert "From heard to done" not in openpyxl.load_workbook(io.BytesIO(kpi_workbook(published, "cheer"))).sheetnames


def test_key_actions_list_what_serves_them(book: openpyxl.Workbook) -> None:
    rows = cells(book["Key actions"], 2)
    assert rows["People reached"]["Last value"].value == "910–6,710"
    asked = {head: cell.value for head, cell in rows[NASTY].items()}
    assert (asked["What serves it"], asked["Stage"], asked["Last value"]) == ("recommendation", "taken up", None)
    assert asked["Stage since"].isoformat()[:10] == "2026-05-04"


def test_what_partners_name_is_found_by_its_name(book: openpyxl.Workbook) -> None:
    rows = cells(book["By name"], 0)
    running = {head: cell.value for head, cell in rows[NASTY].items()}
    assert (running["Stage"], running["Barriers it answers"]) == ("running", "Cost of care or medicines")
    assert rows["Sample Alliance"]["Year, kind or role"].value == "non profit; best practice"


def test_claims_stand_beside_what_the_data_has_and_nothing_is_hidden(
    published: Published, book: openpyxl.Workbook
) -> None:
    rows = cells(book["Claims"], 0)
    advocates = {head: cell.value for head, cell in rows["Advocates"].items()}
    assert (advocates["Claimed"], advocates["The data has"]) == ("more than 200 people", "231 people")
    assert (advocates["Verdict"], advocates["Program"]) == ("✓ supported", PROGRAMS["cheer"])
    assert rows["Scholars"]["The data has"].value == "7 people"
    assert rows["Organisations"]["Needed to tell"].value == "Returns still missing: 1"
    cheer = openpyxl.load_workbook(io.BytesIO(kpi_workbook(published, "cheer")))
    about = {cell.value for cell in cheer["Claims"]["A"]}
    assert "Advocates" in about
    assert "Organisations" not in about
    assert "Claims" not in openpyxl.load_workbook(io.BytesIO(kpi_workbook(published, "heal"))).sheetnames


def test_trust_estimates_stand_with_what_they_rest_on(published: Published, book: openpyxl.Workbook) -> None:
    heads = [cell.value for cell in book["Trust gaps"][5]]
    rows = [[cell.value for cell in row] for row in book["Trust gaps"].iter_rows(min_row=6)]
    at = heads.index

    def of(wave: str, area: str, group: str) -> list[Any]:
        return next(r for r in rows if r[:1] == [wave] and r[at("Country or countries")] == area and r[3] == group)

    assert rows[0][0] == "2025", "the newest wave first"
    shown = of("2025", "France", "Women")
    assert (shown[at("Respondents in the group")], shown[at("Design effect")]) == (480, 1.6)
    assert (shown[at("Gap (points)")], shown[at("Interval")], shown[at("Decision")]) == (7.2, "95% interval", "shown")
    few = of("2025", "United Kingdom", "People of gender Other")
    assert (few[at("Respondents in the group")], few[at("Gap (points)")]) == (21, None)
    assert (few[at("Interval")], few[at("Decision")]) == ("modelled interval", "not shown")
    assert few[at("Why")] == TOO_FEW
    assert of("2024", "Canada", "Everybody")[at("Decision")] == "not estimated"
    polls = cells(book["Polls"], 1)
    assert (polls["France"]["Sampling units"].value, polls["France"]["Weighted"].value) == (40, "yes")
    assert (polls["Canada"]["Sampling units"].value, polls["Canada"]["Weighted"].value) == (None, "no")
    heal = openpyxl.load_workbook(io.BytesIO(kpi_workbook(published, "heal")))
    assert not {"Trust gaps", "Polls"} & set(heal.sheetnames)


def test_program_book_holds_one_program_and_money_only_in_finance(published: Published) -> None:
    heal = openpyxl.load_workbook(io.BytesIO(kpi_workbook(published, "heal")))
    assert "Investment" not in heal.sheetnames
    assert "Roundtables held" not in cells(heal.worksheets[0], 0)
    assert "People trained" in cells(heal.worksheets[0], 0)
    finance = openpyxl.load_workbook(io.BytesIO(kpi_workbook(published, "finance")))
    assert {"Investment", "Grants reconciled"} <= set(finance.sheetnames)


def test_programs_together_and_the_money_beside_them(book: openpyxl.Workbook) -> None:
    reach = [[cell.value for cell in row] for row in book["Reach"].iter_rows(min_row=6, max_row=8)]
    assert [row[:4] for row in reach] == [
        ["2026-Q3", "All programs", 910, 15890],
        ["2026-Q3", PROGRAMS["heal"], 910, 6710],
        ["2026-Q2", "All programs", 910, 9000],
    ], "the newest quarter and the total first"
    assert reach[0][4:6] == ["the largest program", 12]
    cost = cells(book["Cost per outcome"], 1)
    worked_out, refused = cost["People reached by interventions"], cost["People served by solutions"]
    assert (worked_out["€ per one, at least"].value, worked_out["€ per one, at most"].value) == (100, 1000)
    assert (refused["€ per one, at least"].value, refused["Note"].value) == (None, "Refused: 1 of 4 returns missing")
    leverage = cells(book["Leverage"], 0)
    assert leverage["All programs"]["Co-funding per € paid"].value == 0.2
    assert leverage[PROGRAMS["heal"]]["Co-funding per € paid"].value is None
    plan = cells(book["Plan and actual"], 1)
    assert plan["2025"]["Paid less budget (€)"].value == -1_000_000
    assert plan["US"]["Paid less budget (€)"].value == -1_500_000, "where the budget names a country"
    assert plan["cash"]["Budget (€)"].value is None, "a budget is never split by kind: that is not a budget of zero"
    unsplit = [
        [cell.value for cell in row][2:6]
        for row in book["Plan and actual"].iter_rows(min_row=6)
        if row[1].value == "not_split"
    ]
    assert unsplit == [[10_500_000, None, None, None], [30_500_000, None, None, None]]
    said = " ".join(str(cell.value) for row in book["Contributions"].iter_rows() for cell in row if cell.value)
    assert "It is not a target, and nothing is measured against it." in said


def test_a_programs_own_book_has_its_own_figures_only(published: Published) -> None:
    heal = openpyxl.load_workbook(io.BytesIO(kpi_workbook(published, "heal")))
    assert {row[1].value for row in heal["Reach"].iter_rows(min_row=6, max_row=6)} == {PROGRAMS["heal"]}
    assert "Leverage" not in heal.sheetnames
    assert "Contributions" not in heal.sheetnames, "it contributes nothing in this build"


def test_csv_is_tidy_and_marked(published: Published) -> None:
    rows = list(csv.DictReader(io.StringIO(kpi_csv(published, "cheer").decode("utf-8-sig"))))
    assert {row["program_code"] for row in rows} == {"cheer"}
    assert {row["notice"] for row in rows} == {SYNTHETIC}
    missing = [row for row in rows if row["period"] == "2026-Q3" and row["indicator_code"] == "cheer_youth_leaders"]
    assert {row["value"] for row in missing} == {""}
    assert {row["coverage_met"] for row in missing} == {"0"}


def test_parquet_holds_what_was_published(published: Published, tmp_path: Path) -> None:
    written = write_kpi(published, tmp_path)
    assert len(written) == 12
    whole = pd.read_parquet(tmp_path / "all.parquet")
    assert len(whole) == len(kpi_rows())
    assert json.loads(json.dumps(sorted(set(pd.read_parquet(tmp_path / "heal.parquet")["program_code"])))) == ["heal"]
