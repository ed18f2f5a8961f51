"""The restatement ledger over random histories: its parts are the change, and no cause is told that did not occur."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest

from exports.restatement import Restatement, causes, edits
from tests.unit.dbt_project.compiled import Warehouse
from tests.unit.exports.restating import AS_OF, EARLY, QUARTERS, REASONS, Build, World, causes_between, ledger, publish

#: Histories tried; thousands by the environment, some before every merge.
HISTORIES = int(os.environ.get("IMPACT_RESTATEMENT_HISTORIES", "12"))
BUILDS = 6
TABLES = (
    *("pub_leads__kpi", "pub_leads__kpi_breakdown", "pub_leads__indicator_rows", "pub_leads__obligations"),
    "pub_meta__definitions",
)
MONEY = (*TABLES, "pub_leads__investment_entries", "pub_leadership__goal", "pub_leadership__investment_by")
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
    opened = Warehouse("heal", TABLES, AS_OF, seeds={"partners": _partners(PARTNERS)})
    yield opened
    opened.connection.close()


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
    warehouse: Warehouse, seed: int, kinds: tuple[str, ...], tables: tuple[str, ...] = TABLES, most: int = 3
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
    for number in range(1, BUILDS):
        for _ in range(chance.randint(1, most)):
            world.edit(chance.choice(kinds))
        built.append(publish(warehouse, world, tables, f"{seed}-{number}", AS_OF))
    return built


def differing(one: Build, other: Build) -> set[tuple[str, str]]:
    """Every published number of indicators and money that differs, by figure and column, counted plainly."""
    found = set()
    for table, key, measures in (
        ("pub_leads__kpi", ("indicator_code", "period", "span"), ("value_low", "value_high")),
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


def hold(found: Restatement, one: Build, other: Build) -> int:
    """What must be true of every ledger; returns how many changes it holds."""
    allowed = causes_between(one, other)
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
        (figure.replace("investment/", "").replace(":", "/"), measure)
        for scope, figure, measure in told
        if scope in ("kpi", "breakdown") or figure.startswith("investment/")
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
    assert changes


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_money_with_other_rates(finance: Warehouse, seed: int) -> None:
    kinds = ("rate", "rate", *KINDS) if seed % 2 else ("rate",)
    built = history(finance, seed, kinds, MONEY)
    changes = sum(hold(ledger(one, other), one, other) for one, other in combinations(built, 2))
    assert changes


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
        *history(heal, 1, KINDS),
        *(history(finance, 1, ("rate",), MONEY) if money else ()),
    ]
    pairs = [(one, other) for one, other in combinations(built, 2) if one.world.program == other.world.program]
    monkeypatch.setattr(*BROKEN[how])
    with pytest.raises(AssertionError):
        sum(hold(ledger(one, other), one, other) for one, other in pairs)
