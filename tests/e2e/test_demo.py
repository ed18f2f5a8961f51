"""The demo from the first command to the number, then: delete what is derived, run, and find it identical."""

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from xml.etree import ElementTree as ET

import pandas as pd
import pytest

from expectations.obligations import matrix
from exports.disclosure.gate import gate
from exports.origins import origins
from exports.published import Published
from exports.releases import all_releases, open_release
from exports.review import review_queue
from sources.contract.load import load_all, programs
from sources.log.events import EventLog
from sources.log.state import fold
from sources.settings import Settings
from tests.e2e.evidence import alter_csv_cell, altered, is_whole, lines, linked, named, recomputed, the_bundle, touched
from tests.unit.exports import people

IMPACT = str(Path(sys.executable).with_name("impact"))
AS_OF = "2026-11-15"
#: `impact` that merges the files of every quarter, which it does where there are many, and says what it loaded of Spark.
MERGING = """
import atexit, sys
import sources.load
from orchestration.cli.app import main

sources.load.MANY_OPEN = sources.load.MANY = 1
of_spark = {"pyspark", "py4j"}
atexit.register(lambda: print("Spark:", sorted(of_spark & {name.split(".")[0] for name in sys.modules})))
main()
"""


def impact(data: Path, *arguments: str, code: int = 0) -> str:
    env = {**os.environ, "IMPACT_DATA": str(data), "IMPACT_USER": "lead.heal", "COLUMNS": "140"}
    done = subprocess.run([IMPACT, *arguments], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == code, f"{done.args}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> tuple[Path, str]:
    data = tmp_path_factory.mktemp("demo")
    return data, impact(data, "demo")


def published(data: Path) -> dict[str, str]:
    """Hash by table of what is published now."""
    build = (data / "published" / "current").read_text().strip()
    root = data / "published" / build
    return {
        str(p.relative_to(root)): hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(root.rglob("*.parquet"))
    }


def only_originals_and_log(data: Path, folder: Path) -> None:
    """What an installation rests on, as its current build knew it: the build doesn't know that it was released."""
    built = json.loads((data / "published" / "built.json").read_text())
    shutil.copytree(data / "landing", folder / "landing")
    (first, _) = all_releases(Settings.at(data))  # what was released before is known, and stays
    shutil.copytree(data / "published" / first.build_id, folder / "published" / first.build_id)
    EventLog(Settings.at(data).log_url).copy_to(Settings.at(folder).log_url, built["log_seq"])


def table(data: Path, name: str) -> pd.DataFrame:
    build = (data / "published" / "current").read_text().strip()
    (path,) = (data / "published" / build).rglob(f"{name}.parquet")
    return pd.read_parquet(path)


def test_the_demo_ends_with_the_kpi_table_and_says_where_things_are(demo):
    data, text = demo
    assert "Synthetic sample: every figure above is invented" in text
    for word in ("heal", "People reached", "Paid towards the €50m", "For program leads", "For leadership"):
        assert word.lower() in text.lower()
    assert list((data / "exports").rglob("restricted/kpi/heal.xlsx"))
    assert list((data / "exports").rglob("release/annual/2026.xlsx"))
    assert list((data / "exports").rglob("release/annual/2026.html"))
    assert list((data / "exports").rglob("release/annual/2026.pdf"))


def test_kpi_json_is_a_list_of_rows_a_script_can_use(demo):
    data, _ = demo
    rows = json.loads(impact(data, "kpi", "--json"))
    assert {row["program"] for row in rows} == set(programs())
    for row in rows:
        assert {"indicator", "value", "unit", "coverage", "data_status", "target", "attainment"} <= row.keys()
        assert row["is_synthetic"] is True
    reach = next(row for row in rows if row["indicator"] == "heal_people_reached")
    assert reach["value"] is None
    assert reach["value_low"] < reach["value_high"]


def test_the_goal_is_fifty_million_and_only_what_counts_is_paid_towards_it(demo):
    data, _ = demo
    goal = table(data, "pub_leadership__goal").iloc[0]
    entries = table(data, "pub_leads__investment_entries")
    counted = entries[(entries["entry_type"] == "payment") & entries["counts_to_goal"]]
    assert goal["goal_eur"] == 50_000_000
    assert goal["paid_eur"] == counted["entry_eur"].sum()
    assert len(counted) < len(entries[entries["entry_type"] == "payment"])


def test_deleting_everything_but_originals_and_log_gives_identical_tables(demo, tmp_path):
    data, _ = demo
    before = published(data)
    only_originals_and_log(data, tmp_path)
    (tmp_path / "warehouse.duckdb").write_bytes(b"what a broken disk left" * 1000)
    env = {**os.environ, "IMPACT_DATA": str(tmp_path)}
    run = [sys.executable, "-c", MERGING, "run", "--quiet", "--as-of", AS_OF]
    done = subprocess.run(run, env=env, capture_output=True, text=True, check=True)
    assert published(tmp_path) == before
    assert len(before) > 10
    assert not list(data.glob("raw/**/_merged.parquet")), "few returns lie each in a file of its own"
    assert len(list(tmp_path.glob("raw/**/_merged.parquet"))) > 100, "here every quarter was merged"
    assert done.stdout.endswith("Spark: []\n"), "DuckDB builds without what only Spark needs"


def test_a_second_demo_hands_nothing_in_twice(demo):
    data, _ = demo
    before = published(data)
    impact(data, "demo")
    assert published(data) == before


def kill_when(data: Path, reached) -> str:
    """Start a run and kill it with all it started as soon as ``reached``; what it said, where it ended before that."""
    env = {**os.environ, "IMPACT_DATA": str(data)}
    command = [IMPACT, "run", "--quiet", "--as-of", AS_OF]
    with (data / "run.log").open("w+") as said:
        run = subprocess.Popen(command, env=env, stdout=said, stderr=said, start_new_session=True)
        while run.poll() is None and not reached():
            time.sleep(0.02)
        if run.poll() is not None:
            said.seek(0)
            return f"ended with {run.returncode}: {said.read()[-2000:]}"
        os.killpg(run.pid, signal.SIGKILL)
        run.wait()
    return "killed"


def test_a_run_killed_in_the_middle_leaves_the_published_state_whole_and_the_next_run_finishes(demo, tmp_path):
    data, _ = demo
    before = published(data)
    only_originals_and_log(data, tmp_path)
    moments = {
        "while loading": lambda: any(tmp_path.glob("raw/*/*/period=*/*.parquet")),
        "while dbt builds": (tmp_path / "warehouse.duckdb").exists,
        "while tables are written": lambda: any(tmp_path.glob("published/.tmp-*/build/restricted/*")),
    }
    for moment, reached in moments.items():
        assert kill_when(tmp_path, reached) == "killed", moment
        assert not (tmp_path / "published" / "current").exists()
    after = {
        "before a build counts": lambda: any(tmp_path.glob("published/*/manifest.json")),
        "while exports are written": lambda: any(tmp_path.glob("exports/.tmp-*/build/*/*")),
    }
    for moment, reached in after.items():
        assert kill_when(tmp_path, reached) == "killed", moment
        assert not (tmp_path / "exports" / "current").exists()
    impact(tmp_path, "run", "--quiet", "--as-of", AS_OF)
    assert published(tmp_path) == before


def test_the_demo_ends_with_two_releases_and_what_came_between_them(demo):
    data, _ = demo
    first, second = json.loads(impact(data, "release", "--list", "--json"))
    assert (first["name"], first["as_of"]) == ("2026-Q2.r1", "2026-08-15")
    assert (second["name"], second["as_of"], second["follows"]) == ("2026-Q3.r1", AS_OF, "2026-Q2.r1")
    assert "1 return owed is not in: sample_country_actions_brazil 2026-Q2 (country_actions)." in first["remarks"]
    for release in (first, second):
        assert json.loads((data / "releases" / f"{release['name']}.json").read_text()) == release
    between = [
        e for e in EventLog(Settings.at(data).log_url).events(after=first["log_seq"]) if e.seq <= second["log_seq"]
    ]
    codes = {event.payload.get("reason_code") for event in between} - {None}
    assert codes == {"correction_of_error", "double_counting_removed", "exchange_rate", "wrong_file"}
    assert "withdrawn" in {event.kind for event in between}


def test_every_figure_that_changed_between_the_releases_is_split_into_causes(demo):
    data, _ = demo
    told = json.loads(impact(data, "restatement", "--json"))
    assert (told["before"], told["after"], told["adds_up"]) == ("2026-Q2.r1", "2026-Q3.r1", True)
    assert {"exchange_rate", "new_period", "late_return", "withdrawal", "correction", "de_duplication"} <= set(
        told["by_cause"]
    )
    assert "unexplained" not in told["by_cause"]
    before, after = (
        {
            "/".join((row["indicator_code"], row["period"], row["span"])): (row["value_low"], row["value_high"])
            for row in open_release(Settings.at(data), name).arrow("pub_leads__kpi").to_pylist()
        }
        for name in ("2026-Q2.r1", "2026-Q3.r1")
    )
    differ = {key for key in before.keys() & after.keys() if before[key] != after[key]}
    changes = {change["figure_id"]: change for change in told["changes"] if change["scope"] == "kpi"}
    assert differ == set(changes)
    money = next(change for change in told["changes"] if change["figure_id"] == "goal/investment")
    assert set(money["causes"]) == {"exchange_rate", "new_period"}
    assert sum(map(Decimal, money["causes"].values())) == Decimal(money["change"])
    build = (data / "exports" / "current").read_text().strip()
    outside = (data / "exports" / build / "release" / "restatement.html").read_text()
    assert "What changed since 2026-Q2.r1" in outside
    assert "Sample partner" not in outside


def test_what_was_released_says_so_and_what_changed_since_says_that(demo):
    data, _ = demo
    kpi = table(data, "pub_leads__kpi").query("span == 'quarter' and data_status != 'no_data'")
    revised = kpi[kpi["is_revised"]]
    assert set(revised.query("period == '2026-Q2'")["program_code"]) == {"cheer", "country_actions", "finance", "heal"}
    assert set(revised.query("period == '2025-Q4'")["program_code"]) == {"cheer"}
    assert set(revised["period"]) == {"2025-Q4", "2026-Q2"}
    assert revised["footnote"].str.contains("Returns behind it changed since 2026-Q2.r1").all()
    assert not (revised["data_status"] == "released").any()
    unchanged = kpi[~kpi["is_revised"]]
    assert set(unchanged.query("period <= '2026-Q2'")["data_status"]) == {"released"}
    assert not (unchanged.query("period > '2026-Q2'")["data_status"] == "released").any()


def test_status_says_who_is_missing_and_what_comes_next(demo):
    data, _ = demo
    rows = json.loads(impact(data, "status", "--as-of", AS_OF, "--period", "2026-Q3", "--json"))
    assert {row["state"] for row in rows} <= {"reported", "missing", "confirmed_zero", "excused", "due"}
    assert all(row["next_step"] for row in rows if row["state"] == "reported" and not row["approved"])


def test_release_holds_no_restricted_table(demo):
    data, _ = demo
    build = (data / "published" / "current").read_text().strip()
    release = {path.stem for path in (data / "published" / build / "release").glob("*.parquet")}
    assert release
    assert not any(name.startswith("pub_leads") for name in release)


def test_the_iati_file_is_valid_and_its_money_is_that_of_the_ledger(demo):
    from exports.standards.iati_check import check_activities
    from sources.contract.load import ROOT

    data, _ = demo
    file = data / "exports" / (data / "exports" / "current").read_text().strip() / "release" / "iati" / "activities.xml"
    standards = ROOT.parent / "shared" / "standards" / "iati"
    assert check_activities(file.read_bytes(), standards if standards.is_dir() else None) == []
    goal = table(data, "pub_leadership__goal").iloc[0]
    sums = dict.fromkeys(("2", "3", "budget"), Decimal(0))
    for activity in ET.parse(file).iter("iati-activity"):  # noqa: S314 - made by ourselves
        for transaction in activity.iter("transaction"):
            sums[transaction.find("transaction-type").get("code")] += Decimal(transaction.findtext("value"))
        for budget in activity.iter("budget"):
            sums["budget"] += Decimal(budget.findtext("value"))
    assert sums == {"2": goal["committed_eur"], "3": goal["paid_eur"], "budget": goal["budget_eur"]}


def test_no_row_of_people_between_one_and_ten_is_released(demo):
    data, _ = demo
    progress = table(data, "pub_leadership__progress")
    people = (
        progress[progress["counts_people"]] if "counts_people" in progress else progress[progress["unit"] == "people"]
    )
    for column in ("value", "value_low", "value_high"):
        shown = people[column].dropna().astype(float)
        assert not ((shown >= 1) & (shown <= 10)).any()


def test_a_quarter_that_the_lead_excused_says_why(demo):
    data, _ = demo
    excused = table(data, "pub_leads__obligations").query("obligation_state == 'excused'")
    assert list(excused["footnote"]) == ["Excused: The partner was still being set up. (agreed by demo.lead)"]


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


def test_what_stands_in_a_personal_column_is_not_shown(demo):
    found = origins(*opened(demo[0]), "nextgen_scholarships_scholars_active", "2026-Q3")
    raw = {cell.raw for item in found.contributions for cell in item.cells if cell.label == "Scholar ID"}
    assert raw == {"(personal data, not shown)"}


def test_two_partners_with_the_same_people_are_the_leads_to_know(demo):
    data, _ = demo
    rows = table(data, "pub_leads__double_counts")
    assert set(rows["program_code"]) == {"nextgen_scholarships"}
    published, settings, state, contracts = opened(data)
    queue = review_queue(settings, state, contracts, published=published)
    assert [item.kind for item in queue if item.kind == "double_count"] == ["double_count"]


def test_the_terminal_says_where_a_figure_comes_from(demo):
    data, _ = demo
    text = impact(data, "explain", "cheer_residents_share", "--quarter", "2026-Q3", "--rows", "3")
    assert "Residents among those attending: 49.95 %" in text
    assert "cheer_residents_share/2026-Q3/year_to_date: July to September 2026, 2026 so far" in text
    assert "= 520 / 1,041 = 49.95 %" in text
    assert "Roundtables!E8 Attended – community members: " in text
    assert all(words in text for words in ("SHA-256 ", "receipt ", "rules ", "contract "))


def test_who_owes_what_is_the_same_from_the_log_and_from_the_warehouse(demo):
    published, _, state, contracts = opened(demo[0])
    from_log = {
        (row.program, row.partner, row.period): (row.state, row.due_date, row.received_on, row.late)
        for row in matrix(contracts, state, date.fromisoformat(AS_OF))
    }
    built = {
        (row["program_code"], row["partner_code"], row["period"]): (
            row["obligation_state"], row["due_date"], row["received_on"], row["is_late"]
        )
        for row in published.arrow("pub_leads__obligations").to_pylist()
    }  # fmt: skip
    assert len(built) > 200
    assert from_log == built


def opened(data: Path):
    """The current build, settings, folded log and contracts of a data folder."""
    settings = Settings.at(data)
    state = fold(EventLog(settings.log_url).events())
    return Published.open(settings.published), settings, state, load_all()


def plain_number(text: str) -> Decimal | None:
    """A number as samples write it, by either decimal separator."""
    plain = text.replace(" ", "").replace("\u00a0", "")
    if re.fullmatch(r"\d{1,3}(\.\d{3})+", plain):
        plain = plain.replace(".", "")
    try:
        return Decimal(plain.replace(",", ".") if plain.count(",") == 1 and "." not in plain else plain)
    except InvalidOperation:
        return None


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


def test_nothing_hidden_comes_out_of_all_releases_together(demo):
    data, _ = demo
    for release in all_releases(Settings.at(data)):
        found = json.loads(impact(data, "disclosure", "gate", "--release", release.name, "--json"))
        assert found["passed"]
        assert found["leaks"] == []
        assert found["targets"] > 50
        assert release.certificate["passed"]
        assert len(found["earlier"]) == len(release.certificate["earlier"])


def test_without_one_complementary_suppression_the_gate_stays_shut(demo):
    data, _ = demo
    whole = Published.open(data / "published")
    decisions = whole.frame("pub_leads__disclosure").astype(object)
    complementary = decisions[decisions["suppression_reason"] == "complementary"].to_dict("records")
    assert complementary
    for decision in complementary:
        assert not gate(people.shown_again(whole, decision)).passed, decision["figure_id"]


def test_what_is_restricted_is_nowhere_in_the_release_tree(demo):
    data, _ = demo
    build = (data / "exports" / "current").read_text().strip()
    tree = data / "exports" / build / "release"
    names = [path.relative_to(tree).as_posix() for path in tree.rglob("*") if path.is_file()]
    assert names
    assert not [name for name in names if re.search(r"evidence|figures/|explain|partners|leads|restricted", name)]
