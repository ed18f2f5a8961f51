"""The two releases of the demo: what changed between them and why, and that nothing hidden comes out of them."""

import json
import re
from decimal import Decimal

from exports.disclosure.gate import gate
from exports.published import Published
from exports.releases import all_releases, open_release
from sources.log.events import EventLog
from sources.settings import Settings
from tests.e2e.installation import AS_OF, impact, table
from tests.unit.exports import people


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


def test_release_holds_no_restricted_table(demo):
    data, _ = demo
    build = (data / "published" / "current").read_text().strip()
    release = {path.stem for path in (data / "published" / build / "release").glob("*.parquet")}
    assert release
    assert not any(name.startswith("pub_leads") for name in release)


def test_no_row_of_people_between_one_and_ten_is_released(demo):
    data, _ = demo
    progress = table(data, "pub_leadership__progress")
    people = (
        progress[progress["counts_people"]] if "counts_people" in progress else progress[progress["unit"] == "people"]
    )
    for column in ("value", "value_low", "value_high"):
        shown = people[column].dropna().astype(float)
        assert not ((shown >= 1) & (shown <= 10)).any()


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
