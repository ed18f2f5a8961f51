"""What people read of a restatement, and the cases in which a change cannot be split."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from rich.console import Console

from expectations.reasons import REASONS
from exports.published import PublishedError
from exports.restatement import choosing, released, words
from exports.restatement.causes import CAUSES, CODES, PHRASES
from exports.restatement.terminal import text
from tests.unit.dbt_project.compiled import Warehouse
from tests.unit.exports.restating import REASONS as MAPPED
from tests.unit.exports.restating import Build, causes_between, ledger, publish
from tests.unit.exports.test_exports_restatement import KINDS, TABLES, history, program


@pytest.fixture(scope="module")
def heal() -> Iterator[Warehouse]:
    opened = program()
    yield opened
    opened.connection.close()


def without(build: Build, table: str) -> Build:
    """The build after an erasure took a table of rows out of it."""
    kept = build.published.with_tables()

    def arrow(name: str) -> pa.Table:
        if name == table:
            raise FileNotFoundError(name)
        return build.published.arrow(name)

    kept.arrow = arrow  # type: ignore[method-assign]
    return replace(build, published=kept)


def test_after_an_erasure_a_change_has_one_cause_and_says_why(heal: Warehouse) -> None:
    built = history(heal, 9, KINDS, builds=4)
    for other in built[1:]:
        whole, rest = ledger(built[0], other), ledger(without(built[0], "pub_leads__indicator_rows"), other)
        assert not rest.is_split
        assert any("An erasure took the rows" in line for line in words.overview(rest))
        figures = [{(change.figure_id, change.measure) for change in found.changes} for found in (whole, rest)]
        assert figures[0] == figures[1]
        for change in rest.changes:
            assert change.adds_up
            assert set(change.causes) <= causes_between(built[0], other)
        assert not rest.unexplained


def test_figures_that_are_published_no_longer_are_named(heal: Warehouse) -> None:
    first, *_, last = history(heal, 9, KINDS, builds=2)
    whole = last.published.arrow("pub_leads__kpi")
    lost = whole["indicator_code"][0].as_py()
    kept = last.published.with_tables()

    def arrow(name: str) -> pa.Table:
        table = last.published.arrow(name)
        return table.filter(pc.field("indicator_code") != lost) if name == "pub_leads__kpi" else table

    kept.arrow = arrow  # type: ignore[method-assign]
    found = ledger(first, replace(last, published=kept))
    assert found.gone
    assert {figure.split("/")[0] for figure in found.gone} == {lost}
    assert any("are published no longer" in line and lost in line for line in words.overview(found))
    assert not ledger(first, last).gone


def test_the_terminal_tells_figures_parts_and_what_happened(heal: Warehouse) -> None:
    world = history(heal, 2, ("arrival",), builds=2)[-1].world
    before = publish(heal, world, TABLES, "before")
    place = next(place for place, stack in sorted(world.stack.items()) if stack)
    world.submit(place, "correction_of_error")
    found = ledger(before, publish(heal, world, TABLES, "after"))
    sink = io.StringIO()
    Console(file=sink, width=120, highlight=False).print(text(found, every=True))
    told = " ".join(sink.getvalue().split())
    assert "What changed from before to after" in told
    assert "In between: 1 correction." in told
    assert f"for {place[1]} was corrected on 1 August 2024" in told
    assert "(correction of error): Because of correction_of_error" in told
    first = found.changes[0]
    assert words.amount(first.before, first.about["unit"]) in told
    assert "No figure of this choice changed." in _printed(text(found, indicator="heal_grants_eur"))


def _printed(what: Any) -> str:
    sink = io.StringIO()
    Console(file=sink, width=120).print(what)
    return sink.getvalue()


def test_an_approved_target_is_a_change_of_definition_with_its_reason(heal: Warehouse) -> None:
    one, other = history(heal, 4, ("nil",), builds=2)
    table = other.published.arrow("pub_meta__definitions")
    place = table["indicator_code"].to_pylist().index("heal_people_trained")
    values = table["target_value"].to_pylist()
    values[place] += 100
    moved = table.set_column(
        table.schema.get_field_index("target_value"), "target_value", pa.array(values, table.schema.field("target_value").type)
    )  # fmt: skip
    found = ledger(one, replace(other, published=other.published.with_tables(pub_meta__definitions=moved)))
    (change,) = found.of_scope("target")
    assert (change.figure_id, change.change, change.causes) == ("heal_people_trained", 100, ["definition_change"])
    assert released.sizes_are_told(change)
    assert not [item for item in found.of_scope("kpi") if "definition_change" in item.causes]


def test_every_recorded_reason_has_a_cause() -> None:
    assert set(MAPPED) | {"exchange_rate", "partner_left"} == set(REASONS)
    assert set(CODES) == {cause.code for cause in CAUSES}
    assert set(CODES) < set(PHRASES)


@pytest.mark.parametrize(
    ("released_so_far", "current", "given", "chosen"),
    [
        (["2026-Q2.r1", "2026-Q3.r1"], "b2", ("", ""), ("2026-Q2.r1", "2026-Q3.r1")),
        (["2026-Q2.r1", "2026-Q3.r1"], "b2", ("2026-Q3.r1", ""), ("2026-Q3.r1", "current")),
        (["2026-Q2.r1", "2026-Q3.r1"], "b2", ("", "current"), ("2026-Q3.r1", "current")),
        (["2026-Q2.r1"], "b9", ("", ""), ("2026-Q2.r1", "current")),
        (["2026-Q2.r1"], "b1", ("", ""), None),
        ([], "b1", ("", ""), None),
    ],
)
def test_the_last_two_releases_are_compared_unless_others_are_named(
    monkeypatch: pytest.MonkeyPatch,
    released_so_far: list[str],
    current: str,
    given: tuple[str, str],
    chosen: tuple[str, str] | None,
) -> None:
    marks = [SimpleNamespace(name=name, build_id=f"b{number}") for number, name in enumerate(released_so_far, 1)]
    opened: list[str] = []

    def open_side(_: object, __: object, name: str) -> Any:
        opened.append(name)
        return name, SimpleNamespace(as_of=""), None, name

    monkeypatch.setattr(choosing, "all_releases", lambda _: marks)
    monkeypatch.setattr(choosing.Published, "open", lambda *_: SimpleNamespace(build_id=current))
    monkeypatch.setattr(choosing, "EventLog", lambda _: SimpleNamespace(events=list))
    monkeypatch.setattr(choosing, "_opened", open_side)
    monkeypatch.setattr(choosing, "restate", lambda *_, **__: None)
    settings: Any = SimpleNamespace(published="", log_url="")
    if chosen is None:
        with pytest.raises(PublishedError, match="There is no earlier release to compare with"):
            choosing.between(settings, {}, *given)
        return
    choosing.between(settings, {}, *given)
    assert tuple(opened) == chosen
