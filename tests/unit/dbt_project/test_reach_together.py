"""Bounds of people reached by all programs: the SQL of the mart itself, over random sets and what is true of them."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import permutations
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.dbt_project.test_reach import PROJECT, compiled

PEOPLE = range(10)
QUARTERS = ("2026-Q1", "2026-Q2")
TABLES = """
    create table dim_period (period text, period_index integer, is_ended boolean);
    insert into dim_period values ('2026-Q1', 8104, true), ('2026-Q2', 8105, true);
    create table fct_indicator_spans (program_code text, period text, kind text, dimension text, span text,
        value_low decimal(28, 10), value_high decimal(28, 10), is_approved boolean);
    create table int_people__unioned (program_code text, period text, person_key text, key_name text);
    create table ref_overlaps (program_code text, with_program_code text, overlap text, basis text);
    create table fct_kpi (program_code text, indicator_code text, period text, kind text, span text,
        coverage_met integer, coverage_due integer, is_synthetic boolean);
    create table int_spans__released (program_code text, period text, span text, is_unchanged boolean);
"""


#: The recomputation that travels with an explanation is a program by itself.
_BESIDE = str(PROJECT.parent / "exports" / "explain" / "independent")
sys.path.insert(0, _BESIDE)
from counts import index  # noqa: E402
from people import People  # noqa: E402

sys.path.remove(_BESIDE)
for _name in ("counts", "people"):
    del sys.modules[_name]


@dataclass
class Program:
    """Whom a program reached by the end of each quarter, what it reports of them, and whose keys it lists."""

    reached: tuple[frozenset[int], frozenset[int]]
    reports: list[tuple[int, int, int]] = field(default_factory=list)  # quarter, low, high: one per indicator
    keys: list[tuple[int, int, str]] = field(default_factory=list)  # quarter, person, name of the key

    ghosts: int = 0  # keys that are nobody's: a person who got several

    def all_keys(self, code: str) -> list[tuple[int, str, str]]:
        # Made with another secret, a key can look like somebody else's.
        own = [(quarter, str(9 - person if name == "old" else person), name) for quarter, person, name in self.keys]
        return own + [(0, f"{code}{ghost}", "k") for ghost in range(self.ghosts)]

    def listed(self, quarter: int, name: str) -> frozenset[int]:
        return frozenset(person for when, person, key in self.keys if when <= quarter and key == name)


@pytest.fixture(scope="module")
def bounds():
    """Bounds by audience and quarter, of programs and what is declared between them."""
    sql = compiled("fct_reach")
    with duckdb.connect() as connection:
        connection.execute(TABLES)

        def run(programs: dict[str, Program], declared: list[tuple[str, str, str]]) -> dict[tuple[str, int], Any]:
            for table in ("fct_indicator_spans", "int_people__unioned", "ref_overlaps"):
                connection.execute(f"delete from {table}")
            insert = connection.executemany
            insert(
                "insert into fct_indicator_spans values (?, ?, 'reach', 'total', 'since_start', ?, ?, true)",
                [
                    [code, QUARTERS[quarter], low, high]
                    for code, program in programs.items()
                    for quarter, low, high in program.reports
                ],
            )
            keys = [
                [code, QUARTERS[quarter], key, name]
                for code, program in programs.items()
                for quarter, key, name in program.all_keys(code)
            ]
            if keys:
                insert("insert into int_people__unioned values (?, ?, ?, ?)", keys)
            if declared:
                insert("insert into ref_overlaps values (?, ?, ?, 'assumed')", declared)
            connection.execute(f"create or replace table fct_reach as {sql}")
            rows = connection.execute(
                "select audience, period, reach_low, reach_high from fct_reach where program_code = 'total'"
            ).fetchall()
            return {(audience, QUARTERS.index(period)): (low, high) for audience, period, low, high in rows}

        run.connection = connection  # type: ignore[attr-defined]
        yield run


@st.composite
def drawn_programs(draw: st.DrawFn) -> dict[str, Program]:
    programs = {}
    for code in "abcde"[: draw(st.integers(1, 5))]:
        # Few people and often a set seen before: disjoint, equal and nested programs are common.
        earlier = [program.reached[1] for program in programs.values()]
        late = draw(st.frozensets(st.sampled_from(PEOPLE), max_size=8) | st.sampled_from([frozenset({1, 2}), *earlier]))
        early = frozenset(person for person in late if draw(st.booleans()))
        program = Program((early, late))
        split = {person: draw(st.sampled_from(["one", "both", "other"])) for person in sorted(late)}
        for quarter, reached in enumerate(program.reached):
            for indicator in ("one", "other"):
                size = sum(split[person] in (indicator, "both") for person in reached)
                slack = draw(st.sampled_from([(0, 0), (0, 0), (2, 0), (0, 4)]))
                program.reports.append((quarter, max(0, size - slack[0]), size + slack[1]))
        lists = draw(st.sampled_from(["none", "all", "some"]))
        for person in sorted(late):
            if lists == "all" or (lists == "some" and draw(st.booleans())):
                names = ["k"] if lists == "all" else draw(st.sampled_from([["k"], ["old"], ["k", "old"]]))
                program.keys += [(0 if person in early else 1, person, name) for name in names]
        programs[code] = program
    return programs


def true_declarations(programs: dict[str, Program]) -> list[tuple[str, str, str]]:
    """Everything that could be declared between two programs and is true in both quarters."""
    found = []
    for (a, one), (b, other) in permutations(programs.items(), 2):
        pairs = list(zip(one.reached, other.reached, strict=True))
        if a < b and all(not left & right for left, right in pairs):
            found.append((a, b, "none"))
        if all(left <= right for left, right in pairs):
            found.append((a, b, "within"))
        if a < b and all(
            one.listed(quarter, "k") & other.listed(quarter, "k") == left & right
            for quarter, (left, right) in enumerate(pairs)
        ):
            found.append((a, b, "counted"))
    return found


@settings(deadline=None, max_examples=250)
@given(data=st.data())
def test_bounds_hold_the_true_number_whatever_is_truly_declared(bounds, data):
    programs = data.draw(drawn_programs())
    declared = [one for one in true_declarations(programs) if data.draw(st.booleans())]
    for (_, quarter), (low, high) in bounds(programs, declared).items():
        reached = len(frozenset().union(*(program.reached[quarter] for program in programs.values())))
        assert low is not None
        assert low <= reached <= high


@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_bounds_hold_whether_a_list_or_a_report_that_contradict_each_other_is_right(bounds, data):
    programs = data.draw(drawn_programs())
    wrong = programs[data.draw(st.sampled_from(sorted(programs)))]
    if data.draw(st.booleans()):
        wrong.ghosts = data.draw(st.integers(1, 30))
    else:  # everybody is on the list, and the report says fewer
        wrong.keys = [(0 if person in wrong.reached[0] else 1, person, "k") for person in wrong.reached[1]]
        share = data.draw(st.sampled_from([0, 2]))
        wrong.reports = [(quarter, low // 4 * share, high // 4 * share) for quarter, low, high in wrong.reports]
    apart = [one for one in true_declarations(programs) if one[2] != "counted" and data.draw(st.booleans())]
    # Declared of lists, what is counted in common is true only as far as the lists are.
    counted = [
        one for one in true_declarations(programs) if one[2] == "counted" and wrong not in map(programs.get, one[:2])
    ]
    found = bounds(programs, [*apart, *counted])
    mine = next(code for code, program in programs.items() if program is wrong)
    kept = "select period from fct_reach where program_code = ? and audience = 'leads' and contradicted_count > 0"
    contradicted = {QUARTERS.index(period) for (period,) in bounds.connection.execute(kept, [mine]).fetchall()}
    for (_, quarter), (low, high) in found.items():
        if quarter in contradicted and low is not None:
            reached = len(frozenset().union(*(program.reached[quarter] for program in programs.values())))
            assert low <= reached <= high


class _Recomputed(People):
    """The recomputation over what a test drew."""

    def __init__(self, programs: dict[str, Program], declared: list[tuple[str, str, str]]) -> None:
        named = {f"{code}{number}": (code, number) for code in programs for number in range(2)}

        def bounds(indicator: str, period: str, _span: str) -> tuple[Decimal, Decimal]:
            code, number = named[indicator]
            found = [one for one in programs[code].reports if QUARTERS[one[0]] == period][number]
            return Decimal(found[1]), Decimal(found[2])

        about = {"kind": "reach", "first_period": QUARTERS[0]}
        self.indicators = SimpleNamespace(
            facts={indicator: about | {"program_code": code} for indicator, (code, _) in named.items()}, bounds=bounds
        )
        both = [one for one in declared if one[2] != "within"]
        self.declared = {*declared, *((theirs, mine, what) for mine, theirs, what in both)}
        self.firsts = {}
        for code, program in programs.items():
            for quarter, key, name in sorted(program.all_keys(code), reverse=True):
                self.firsts[code, name, key] = index(QUARTERS[quarter])


@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_what_travels_with_an_explanation_gives_the_same_bounds(bounds, data):
    programs = data.draw(drawn_programs())
    declared = [one for one in true_declarations(programs) if data.draw(st.booleans())]
    for program in programs.values():
        program.ghosts = data.draw(st.sampled_from([0, 0, 3, 12]))
    again = _Recomputed(programs, declared)
    for (audience, quarter), found in bounds(programs, declared).items():
        recomputed = again.reach(QUARTERS[quarter], audience == "release")
        assert found == (recomputed["reach_low"], recomputed["reach_high"])


def program(size: int, keys: str = "", names: str = "k") -> Program:
    people = frozenset(range(size))
    listed = [(0, ord(key), name) for key in keys for name in names]
    return Program((people, people), [(1, size, size)], listed)


@pytest.mark.parametrize(
    ("programs", "declared", "expected"),
    [
        ({"a": program(40), "b": program(30)}, [], (40, 70)),
        ({"a": program(40), "b": program(30)}, [("a", "b", "none")], (70, 70)),
        # Three that are disjoint from one another add up; a fourth of which nothing is known does not.
        (
            {code: program(size) for code, size in (("a", 40), ("b", 30), ("c", 20), ("d", 65))},
            [("a", "b", "none"), ("b", "c", "none"), ("c", "a", "none")],
            (90, 155),
        ),
        ({"a": program(40), "b": program(30)}, [("b", "a", "within")], (40, 40)),
        # Two that are within each other are one.
        ({"a": program(40), "b": program(40)}, [("b", "a", "within"), ("a", "b", "within")], (40, 40)),
        # Two keys in common: at most 68. Counted in full, also at least that.
        ({"a": program(40, "xyz"), "b": program(30, "yzw")}, [], (40, 68)),
        ({"a": program(40, "xyz"), "b": program(30, "yzw")}, [("a", "b", "counted")], (68, 68)),
        # Keys of different names cannot be compared; a person listed under two of them is one person.
        ({"a": program(40, "xyz"), "b": program(30, "yzw", "o")}, [], (40, 70)),
        ({"a": program(40, "xyz", "ko"), "b": program(30, "yzw", "ko")}, [], (40, 68)),
        # One person in three programs is taken off twice, not three times: 3 + 3 + 3 - 1 - 1.
        ({"a": program(3, "x"), "b": program(3, "x"), "c": program(3, "x")}, [], (3, 7)),
        # Five different keys, though each program alone lists three.
        ({"a": program(3, "xyz"), "b": program(3, "zvw")}, [], (5, 5)),
        # A program that lists three and reports two enters with two to three; its list tells nothing of others.
        ({"a": program(40, "xyz"), "b": program(2, "xyz")}, [], (40, 43)),
        ({"a": program(40, "xyz"), "b": program(2, "xyz")}, [("a", "b", "none")], (42, 43)),
        ({"a": program(4, "xyz"), "b": program(2, "xyzwv")}, [("a", "b", "counted")], (4, 9)),
        ({"a": program(4, "xyz"), "b": program(2, "vwu")}, [], (4, 7)),
        # What cannot be true is not shown.
        ({"a": program(40), "b": program(3)}, [("a", "b", "within")], (None, None)),
    ],
)
def test_bounds_are_as_tight_as_what_is_known(bounds, programs, declared, expected):
    assert bounds(programs, declared)["leads", 1] == expected


def test_small_numbers_enter_the_released_bounds_as_0_to_10(bounds):
    programs = {"a": program(40, "xyz"), "b": program(7, "yzw")}
    assert bounds(programs, [])["leads", 1] == (40, 45)
    assert bounds(programs, [])["release", 1] == (40, 50), "neither the 7 nor the 2 in common can be worked out"
    assert bounds(programs, [("a", "b", "none")])["release", 1] == (40, 50)


def test_one_program_that_contradicts_itself_is_withheld_and_stops_nobody(bounds):
    assert bounds({"a": program(40, "xyz"), "b": program(2, "xyz")}, [])["leads", 1] == (40, 43)
    connection = bounds.connection
    connection.execute(
        "create or replace table dim_program as select unnest(['a', 'b']) as program_code, 'P' as program_name"
    )
    rows = connection.execute(compiled("pub_leads__reach", "published")).fetch_arrow_table().to_pylist()
    told = {row["program_code"]: (row["reach_low"], row["reach_high"], row["footnote"]) for row in rows}
    assert told == {
        "a": (40, 40, None),
        "b": (None, None, "Withheld: the list of people holds more than are reported"),
        "total": (
            40,
            43,
            "1 program lists more people than it reports: its report is the least it adds, its list the most",
        ),
    }
    models = yaml.safe_load((PROJECT / "models/published/_pub_leads__models.yml").read_text(encoding="utf-8"))["models"]
    (model,) = (item for item in models if item["name"] == "pub_leads__reach")
    (sound,) = (test["sound"]["arguments"]["conditions"] for test in model["data_tests"] if "sound" in test)
    connection.execute(f"create or replace view pub as {compiled('pub_leads__reach', 'published')}")
    for condition in sound:
        found = connection.execute(f"select program_code from pub where not coalesce({condition}, false)").fetchall()
        assert not found, condition
    silent = "reach_low is null and footnote is null"
    assert connection.execute(f"select count(*) from pub where {silent}").fetchone() == (0,)
