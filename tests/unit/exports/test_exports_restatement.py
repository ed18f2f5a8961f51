"""The restatement ledger over random histories: its parts are the change, and no cause is told that did not occur."""

from __future__ import annotations

import csv
import os
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from exports.restatement import Restatement, causes, edits, released, restate
from exports.restatement.files import write_restatement
from tests.unit.dbt_project.compiled import PROJECT, Warehouse
from tests.unit.exports.restating import AS_OF, EARLY, QUARTERS, REASONS, Build, World, causes_between, ledger, publish

#: Histories tried; thousands by the environment, some before every merge.
HISTORIES = int(os.environ.get("IMPACT_RESTATEMENT_HISTORIES", "7"))
BUILDS = 8
TABLES = (
    *("pub_leads__kpi", "pub_leads__kpi_breakdown", "pub_leads__indicator_rows", "pub_leads__obligations"),
    *("pub_meta__definitions", "pub_leads__reach"),
)
MONEY = (*TABLES[:-1], "pub_leads__investment_entries", "pub_leadership__goal", "pub_leadership__investment_by")
KINDS = ("arrival", "nil", "withdraw", "send_back", "erase", "judge", *REASONS)
PARTNERS = ("a", "b")


def _partners(codes: tuple[str, ...]) -> list[dict[str, str]]:
    return [
        {"partner_code": code, "partner_name": f"Partner {code.upper()}", "country_code": "US", "since": "2023-Q2",
         "is_synthetic": "true"}
        for code in codes
    ]  # fmt: skip


@pytest.fixture(scope="module")
def heal() -> Iterator[Warehouse]:
    """The path of a program with sums, levels, shares and people reached."""
    opened = program()
    yield opened
    opened.connection.close()


def program(**indicators: dict[str, str]) -> Warehouse:
    """HEAL, with other definitions of some indicators; nobody is known by a key."""
    nobody = ", ".join(
        f"cast(null as varchar) as {name}"
        for name in ("program_code", "partner_code", "period", "key_name", "person_key")
    )
    with (PROJECT / "seeds" / "rendered" / "indicators.csv").open(encoding="utf-8", newline="") as handle:
        rows = [row | indicators.get(row["indicator_code"], {}) for row in csv.DictReader(handle)]
    return Warehouse(
        "heal",
        TABLES,
        AS_OF,
        seeds={
            "partners": _partners(PARTNERS),
            "indicators": [row for row in rows if row["program_code"] == "heal"],
        },
        models={"int_people__unioned": f"select {nobody} where false"},
    )


@pytest.fixture(scope="module")
def finance() -> Iterator[Warehouse]:
    """The path of money, with rates."""
    opened = Warehouse("finance", MONEY, AS_OF, seeds={"partners": _partners(("a",))})
    yield opened
    opened.connection.close()


def interventions(chance: random.Random) -> dict[str, list[dict[str, Any]]]:
    """A return of HEAL: up to four interventions, up to two groups asked."""

    def people() -> Any:
        return chance.choice([None, (0, 4), chance.randint(0, 60), chance.randint(0, 60)])

    rows = [
        {
            "intervention_id": f"H{number}", "city": chance.choice(["Flint", "St. Louis", None]),
            "stage": chance.choice(["running", "completed"]), "population_groups": "black",
            "people_trained": people(), "people_reached": people(),
        }
        for number in range(chance.randint(1, 4))
    ]  # fmt: skip
    asked = []
    for number in range(chance.randint(0, 2)):
        base = chance.randint(1, 50)
        asked.append(
            {"population_group": f"group {number}", "barrier_code": "not_listened_to", "responses_count": base,
             "mentions_count": chance.randint(0, base)}
        )  # fmt: skip
    return {"interventions": rows, "survey_feedback": asked}


DAYS = (date(2023, 5, 2), date(2023, 8, 14), date(2024, 2, 20))


def payments(chance: random.Random) -> dict[str, list[dict[str, Any]]]:
    """A return of the ledger: up to four entries in several currencies, whose numbers come again in a correction."""
    entries = [
        {
            "entry_id": f"E{number}", "entry_type": chance.choice(["payment", "commitment"]),
            "entry_date": DAYS[number % 3], "program_code": "heal", "pillar_code": "act",
            "country_code": chance.choice(["US", "BR"]), "entry_amount": Decimal(chance.randint(100, 90_000)) / 100,
            "entry_currency": ("EUR", "USD", "BRL")[number % 3], "entry_kind": "cash",
            "counts_to_goal": chance.random() < 0.9,
        }
        for number in range(chance.randint(1, 4))
    ]  # fmt: skip
    return {"entries": entries, "budget": [], "cofunding": []}


def history(
    warehouse: Warehouse, seed: int, kinds: tuple[str, ...], tables: tuple[str, ...] = TABLES, builds: int = BUILDS
) -> list[Build]:
    """A world that starts with some returns in, and a build after each few things that happen."""
    chance = random.Random(seed)
    if warehouse.program == "heal":
        world = World("heal", PARTNERS, interventions, chance)
    else:
        world = World("finance", ("a",), payments, chance)
        world.rates = {(code, day): Decimal(3) for code in ("USD", "BRL") for day in DAYS}
    for partner in world.partners:
        for quarter in QUARTERS:
            if chance.random() < 0.6:
                world.submit((partner, quarter))
                if chance.random() < 0.3:
                    world.submit((partner, quarter), "estimate_replaced")
    built = [publish(warehouse, world, tables, f"{seed}-0", chance.choice([AS_OF, EARLY]))]
    for number in range(1, builds):
        for _ in range(chance.randint(1, 3)):
            world.edit(chance.choice(kinds))
        built.append(publish(warehouse, world, tables, f"{seed}-{number}", AS_OF))
    return built


def differing(one: Build, other: Build) -> set[tuple[str, str]]:
    """Every published number of indicators and money that differs, by figure and column, counted plainly."""
    found = set()
    for table, key, measures in (
        ("pub_leads__kpi", ("indicator_code", "period", "span"), ("value_low", "value_high")),
        ("pub_leads__reach", ("period", "program_code"), ("reach_low", "reach_high")),
        (
            "pub_leads__kpi_breakdown",
            ("indicator_code", "period", "span", "dimension", "member_code"),
            ("value_low", "value_high"),
        ),
        ("pub_leadership__investment_by", ("dimension", "member_code"), ("paid_eur", "committed_eur")),
    ):
        if not one.published.has(table):
            continue
        old, new = (
            {tuple(row[name] for name in key): row for row in build.published.arrow(table).to_pylist()}
            for build in (one, other)
        )
        for member in old.keys() | new.keys():
            for measure in measures:
                first, then = (side.get(member, {}).get(measure) for side in (old, new))
                if first != then:
                    found.add(("/".join(member), measure))
    return found


def hold(found: Restatement, one: Build, other: Build, also: frozenset[str] = frozenset()) -> int:
    """What must be true of every ledger; returns how many changes it holds."""
    allowed = causes_between(one, other) | also
    told = set()
    for change in found.changes:
        where = f"{one.published.build_id} → {other.published.build_id}: {change.figure_id} {change.measure}"
        assert change.adds_up, where
        assert change.before != change.after, where
        assert change.parts, where
        assert set(change.causes) <= allowed, f"{where}: {change.causes}, not only {allowed}"
        told |= {(change.scope, change.figure_id, measure) for measure in _columns(change.measure)}
    want = differing(one, other)
    mine = {
        (figure.removeprefix("investment/").removeprefix("reach/").replace(":", "/"), measure)
        for scope, figure, measure in told
        if scope in ("kpi", "breakdown", "reach") or figure.startswith("investment/")
    }
    plain = {(figure.replace("/partner/", "/"), measure) for figure, measure in want}
    assert mine == plain
    return len(found.changes)


def _columns(measure: str) -> tuple[str, ...]:
    return ("value_low", "value_high") if measure == "value" else (measure,)


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_parts_are_the_change_and_causes_those_that_occurred(heal: Warehouse, seed: int) -> None:
    kinds = KINDS if seed % 3 == 0 else (KINDS[seed % len(KINDS)],)
    built = history(heal, seed, kinds)
    changes = sum(hold(ledger(one, other), one, other) for one, other in combinations(built, 2))
    # Of thousands, a few change no figure: a rate of a currency nobody paid in.
    assert changes or seed >= 7


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_money_with_other_rates(finance: Warehouse, seed: int) -> None:
    kinds = ("rate", "rate", *KINDS) if seed % 2 else ("rate",)
    built = history(finance, seed, kinds, MONEY)
    changes = sum(hold(ledger(one, other), one, other) for one, other in combinations(built, 2))
    # Of thousands, a few change no figure: a rate of a currency nobody paid in.
    assert changes or seed >= 7


#: Ways the attribution could be wrong, each of which the histories must find.
BROKEN = {
    "reasons are ignored": (causes, "CAUSE_OF_REASON", {}),
    "late returns are corrections": (edits._Finder, "_arrival", lambda *_: "correction"),
    "withdrawals are corrections": (
        edits._Finder,
        "_taken_back",
        lambda _, base, *__: replace(base, cause="correction"),
    ),
    "rates are not told apart": (edits._Finder, "_rates", lambda *_: {}),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_wrong_attribution_is_found(
    heal: Warehouse, finance: Warehouse, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    money = how == "rates are not told apart"
    built = [
        *history(heal, 1, KINDS, builds=5),
        *(history(finance, 1, ("rate",), MONEY, builds=6) if money else ()),
    ]
    pairs = [(one, other) for one, other in combinations(built, 2) if one.world.program == other.world.program]
    monkeypatch.setattr(*BROKEN[how])
    with pytest.raises(AssertionError):
        sum(hold(ledger(one, other), one, other) for one, other in pairs)


#: Other definitions of HEAL's figures, and the cause a change by each must have.
REDEFINED = {
    "heal_people_reached": ({"overlap": "disjoint"}, "de_duplication"),
    "heal_people_trained": ({"kind": "stock", "version": "2"}, "definition_change"),
    "heal_not_listened_to_share": ({"unit": "ratio", "version": "2"}, "definition_change"),
}


def test_another_definition_is_told_apart_from_other_returns(heal: Warehouse) -> None:
    other = program(**{code: given for code, (given, _) in REDEFINED.items()})
    world = history(heal, 5, KINDS, builds=3)[-1].world
    before, after = publish(heal, world, TABLES, "before"), publish(other, world, TABLES, "after")
    alone, also = ledger(before, after), frozenset({"de_duplication", "definition_change"})
    assert hold(alone, before, after, also) > 10
    for code, (_, cause) in REDEFINED.items():
        mine = [change for change in alone.changes if change.about.get("indicator_code") == code]
        assert mine, code
        assert {name for change in mine for name in change.causes} == {cause}, code
    moved = world.snapshot()
    for kind in ("arrival", "withdraw", "correction_of_error"):
        assert moved.edit(kind)
    both = publish(other, moved, TABLES, "both")
    assert hold(ledger(before, both), before, both, also)
    other.connection.close()


def _doubled(warehouse: Warehouse) -> Warehouse:
    """The same program, its mapping counting everybody trained twice."""
    node = warehouse.nodes["int_heal__indicators"]
    assert node.sql is not None
    sql = f"""
        select * replace (
            case when indicator_code = 'heal_people_trained' then 2 * value_low else value_low end as value_low,
            case when indicator_code = 'heal_people_trained' then 2 * value_high else value_high end as value_high
        ) from ({node.sql})
    """
    warehouse.nodes[node.name] = replace(node, sql=sql)
    return warehouse


def test_rows_that_mean_something_else_without_another_return(heal: Warehouse) -> None:
    other = _doubled(program())
    world = history(heal, 7, ("arrival",), builds=2)[-1].world
    before, after = publish(heal, world, TABLES, "before"), publish(other, world, TABLES, "after")
    for code, cause in (("2", "definition_change"), ("1", "unexplained")):
        found = restate(before.published, after.published, world.events, code_changed=code != "1")  # type: ignore[arg-type]
        assert {change.about["indicator_code"] for change in found.changes} == {"heal_people_trained"}
        assert {name for change in found.changes for name in change.causes} == {cause}
        assert all(change.adds_up for change in found.changes)
        assert bool(found.unexplained) is (cause == "unexplained")
    other.connection.close()


def _outside(build: Build, chance: random.Random) -> Build:
    """The build with what it shows outside: of people, some figures hidden and the others rounded."""
    rows = []
    for row in build.published.arrow("pub_leads__kpi").to_pylist():
        if not row["is_headline"]:
            continue
        hidden = row["counts_people"] and chance.random() < 0.4
        shown = {
            name: None if hidden or row[name] is None else 5 * round(row[name] / 5) if row["counts_people"] else row[name]
            for name in ("value_low", "value_high")
        }  # fmt: skip
        rows.append({**row, **shown, "is_suppressed": hidden, "display": "suppressed" if hidden else None})
    schema = build.published.arrow("pub_leads__kpi").schema
    schema = schema.append(pa.field("is_suppressed", pa.bool_())).append(pa.field("display", pa.string()))
    table = pa.Table.from_pylist(rows, schema=schema)
    return replace(build, published=build.published.with_tables(pub_leadership__progress=table))


def test_what_goes_out_hides_what_was_hidden(heal: Warehouse, tmp_path: Path) -> None:
    chance = random.Random(3)
    built = [_outside(build, chance) for build in history(heal, 3, KINDS, builds=5)]
    seen: Counter[str] = Counter()
    for one, other in combinations(built, 2):
        found = ledger(one, other)
        assert all(change.adds_up for change in found.changes)
        tables = [build.published.arrow("pub_leadership__progress").to_pylist() for build in (one, other)]
        old, new = ({f"{row['indicator_code']}/{row['period']}/{row['span']}": row for row in rows} for rows in tables)
        for change in found.of_scope("release"):
            row = released.record(change)
            column = "value_high" if change.measure == "value" else change.measure
            first, then = old[change.figure_id][column], new[change.figure_id][column]
            again = released.is_withheld(change)
            assert (row["before"], row["after"]) == (None if again else first, then)
            assert again == ("suppression" in change.causes)
            if again and first is not None:
                assert released.line(change)["before"] == "shown then"
                assert ": shown then, now " in released.sentence(change)
            if change.about["counts_people"]:
                assert not any(row[code] is not None for code in causes.CODES)
                seen["of people"] += 1
            if None in (row["before"], row["after"]):
                assert row["change"] is None or not change.about["counts_people"]
                seen["hidden"] += "suppression" in change.causes
        files = {
            path.name: path.read_bytes() for path in write_restatement(found, tmp_path) if path.parts[-2] == "release"
        }
        for data in files.values():
            text = data.decode("utf-8-sig")
            assert not re.search(r"S0\d{5}|Partner [AB]|\bof b for\b|Because of [a-z]+_|Not ours", text)
    assert seen["of people"] > 20
    assert seen["hidden"] > 5


def test_the_same_builds_give_the_same_bytes(heal: Warehouse, tmp_path: Path) -> None:
    built = history(heal, 3, KINDS, builds=2)
    first, second = (
        {path.name: path.read_bytes() for path in write_restatement(ledger(built[0], built[-1]), tmp_path / name)}
        for name in ("one", "two")
    )
    assert first == second
    parts = pq.read_table(tmp_path / "one" / "restricted" / "restatement-parts.parquet").to_pylist()
    rows = pq.read_table(tmp_path / "one" / "restricted" / "restatement.parquet").to_pylist()
    sums: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for part in parts:
        sums[part["scope"], part["figure_id"], part["measure"]] += part["amount"]
    assert rows
    for row in rows:
        assert sums[row["scope"], row["figure_id"], row["measure"]] == row["change"]
        assert sum(row[code] for code in causes.CODES) + row["unexplained"] == row["change"]
