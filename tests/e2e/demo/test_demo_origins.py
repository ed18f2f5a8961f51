"""Where every figure comes from: rows, cells, and an evidence bundle that a script of its own recomputes."""

import re
from decimal import Decimal, InvalidOperation

import pytest

from exports.origins import origins
from tests.e2e.evidence import alter_csv_cell, altered, is_whole, lines, linked, named, recomputed, the_bundle, touched
from tests.e2e.installation import impact, opened, table


def test_every_figure_of_the_last_quarter_is_what_its_rows_come_to(demo):
    """Every indicator × span of the quarter, and every partner's part of each headline figure, to the last digit."""
    published, settings, state, contracts = opened(demo[0])
    figures = [row for row in published.arrow("pub_leads__kpi").to_pylist() if row["period"] == "2026-Q3"]
    assert len(figures) > 200
    wrong = []
    for row in figures:
        place = (row["indicator_code"], row["period"])
        found = origins(published, settings, state, contracts, *place, span=row["span"], cells=False)
        if not found.agrees:
            wrong.append((*place, row["span"], found.low, found.high, row["value_low"], row["value_high"]))
        for partner in sorted({item.partner for item in found.contributions}) if row["is_headline"] else ():
            part = origins(published, settings, state, contracts, *place, partner, cells=False)
            if not part.agrees:
                wrong.append((*place, partner, part.low, part.high, part.published_low, part.published_high))
    assert not wrong


@pytest.mark.parametrize("indicator", ["heal_people_trained", "cheer_residents_share", "chw_registered"])
def test_the_cells_behind_a_figure_hold_what_it_counts(demo, indicator):
    found = origins(*opened(demo[0]), indicator, "2026-Q3", span="quarter")
    assert found.contributions
    for item in found.contributions:
        submission = opened(demo[0])[2].submissions[item.submission_id]
        assert (item.receipt, item.verdict) == (submission.verdict.seal, submission.state)
        assert item.file in {file.name for file in submission.files}
        values = [cell for cell in item.cells if cell.is_value]
        assert values, f"{indicator}: no cell of row {item.row} holds {item.numerator}"
        assert all(cell.cell.endswith(str(item.row)) or f"line {item.row}," in cell.cell for cell in values)
    exact = [item for item in found.contributions if item.numerator is not None]
    shown = [{plain_number(cell.raw) for cell in item.cells} for item in exact]
    assert all(item.numerator in numbers for item, numbers in zip(exact, shown, strict=True))


def plain_number(text: str) -> Decimal | None:
    """A number as samples write it, by either decimal separator."""
    plain = text.replace(" ", "").replace("\u00a0", "")
    if re.fullmatch(r"\d{1,3}(\.\d{3})+", plain):
        plain = plain.replace(".", "")
    try:
        return Decimal(plain.replace(",", ".") if plain.count(",") == 1 and "." not in plain else plain)
    except InvalidOperation:
        return None


def test_what_stands_in_a_personal_column_is_not_shown(demo):
    found = origins(*opened(demo[0]), "nextgen_scholarships_scholars_active", "2026-Q3")
    raw = {cell.raw for item in found.contributions for cell in item.cells if cell.label == "Scholar ID"}
    assert raw == {"(personal data, not shown)"}


def test_the_terminal_says_where_a_figure_comes_from(demo):
    data, _ = demo
    text = impact(data, "explain", "cheer_residents_share", "--quarter", "2026-Q3", "--rows", "3")
    assert "Residents among those attending: 49.95 %" in text
    assert "cheer_residents_share/2026-Q3/year_to_date: July to September 2026, 2026 so far" in text
    assert "= 520 / 1,041 = 49.95 %" in text
    assert "Roundtables!E8 Attended – community members: " in text
    assert all(words in text for words in ("SHA-256 ", "receipt ", "rules ", "contract "))


def test_every_figure_of_the_extract_is_recomputed_from_originals_by_a_script_that_knows_nothing(demo):
    data, _ = demo
    bundle = the_bundle(data)
    code, output = recomputed(bundle, data / "landing" / "originals")
    assert (code, named(output)) == (0, set()), output
    count = len(lines(bundle, "figures"))
    assert output.splitlines()[-1] == f"{count} of {count} figures agree."
    progress = table(data, "pub_leadership__progress").query("year == 2026")
    is_whole(bundle, set(zip(progress["indicator_code"], progress["period"], strict=True)))


def test_a_cell_that_was_altered_names_exactly_the_figures_that_touch_it(demo, tmp_path):
    data, _ = demo
    bundle, subject = the_bundle(data), "heal_people_trained"
    terms = {line["term"] for line in lines(bundle, "terms") if line["subject"] == subject}
    cells = [line for line in lines(bundle, "cells") if line["term"] in terms and line["role"] == "value"]
    cell = [line for line in cells if not line["sheet"] and line["raw"].isdigit()][-1]
    originals = linked(data / "landing" / "originals", tmp_path / "originals")
    alter_csv_cell(originals, cell, str(int(cell["raw"]) + 1))
    code, output = recomputed(bundle, originals)
    assert code == 1
    assert named(output) == touched(bundle, subject)
    assert f"holds “{int(cell['raw']) + 1}”; the bundle lists “{cell['raw']}”" in output
    assert f"NOT THE ORIGINAL that was received: {cell['file']}" in output


def test_a_published_value_that_was_altered_is_found(demo, tmp_path):
    data, _ = demo
    place = "eur_paid_to_goal/2026-Q3/since_start,value,progress"
    (line,) = [row for row in lines(the_bundle(data), "figures") if ",".join(list(row.values())[:3]) == place]
    value = line["exact"]
    wrong = f"{place},{Decimal(value) + Decimal('0.01')},"
    bundle = altered(the_bundle(data), tmp_path / "bundle", "figures", rf"^{place},{value},", wrong)
    code, output = recomputed(bundle, data / "landing" / "originals")
    assert (code, named(output)) == (1, {"eur_paid_to_goal/2026-Q3/since_start"})
    assert f"recomputed {value}" in output


def test_a_figure_whose_rows_were_erased_is_named_and_is_no_disagreement(demo, tmp_path):
    data, _ = demo
    terms = lines(the_bundle(data), "terms")
    term = next(row for row in terms if (row["subject"], row["op"]) == ("cheer_activities_held", "number"))
    pattern = rf"^({term['term']},.*),number,"
    bundle = altered(the_bundle(data), tmp_path / "bundle", "terms", pattern, r"\1,erased,")
    code, output = recomputed(bundle, data / "landing" / "originals")
    assert (code, named(output)) == (0, set())
    assert f"rows of return {term['submission_id']} were erased on a person's request" in output
    found = set(re.findall(r"^CANNOT BE RECOMPUTED (\S+)", output, flags=re.MULTILINE))
    assert found == {"cheer_activities_held/2026-Q3/since_start"}


def test_nothing_of_the_evidence_is_released(demo):
    data, _ = demo
    release = the_bundle(data).parents[2] / "release"
    names = {"cells.csv", "terms.csv", "recompute.py"}
    assert not [path for path in release.rglob("*") if path.name in names or "evidence" in path.parts]
