"""Random tables in random surroundings: read as they were made, or asked about. Never anything else in silence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sources.inspect import inspect
from tests.unit.sources.inspect import messy

NAMES = [
    "Region", "District", "Organisation", "Date", "People reached", "Budget (EUR)", "Share of women", "Comment", "Status",
    "Number of meetings", "Type of site", "Country", "Contact person", "Start", "Längere Überschrift mit Einheit [km]", "id",
]  # fmt: skip
WORDS = [
    "Alpha",
    "Beta",
    "Gamma",
    "Delta",
    "North",
    "South",
    "Kisumu",
    "Nairobi",
    "Lodwar",
    "open",
    "closed",
    "on track",
]
TITLES = [
    "Quarterly return of the partner",
    "Table 3: people reached by region",
    "Source: invented",
    "Figures as of 30 June",
]
NOTES = [
    "Source: invented figures",
    "1. Rounded to the nearest ten.",
    "* provisional",
    "Note: counts of people, not visits",
]


@dataclass
class Made:
    rows: list[list[Any]]
    header: tuple[int, int]
    data: list[int]
    names: list[str]
    merges: list[str]


def _value(draw: st.DrawFn, kind: str, row: int) -> Any:
    if kind == "id":
        return f"R-{row:03}"
    if kind == "text":
        return draw(st.sampled_from(WORDS))
    if kind == "date":
        return date(2026, 1, 1) + timedelta(days=draw(st.integers(0, 300)))
    if kind == "whole":
        return draw(st.integers(0, 5000))
    return round(draw(st.floats(0.01, 5000, allow_nan=False)), 2)


@st.composite
def tables(draw: st.DrawFn) -> Made:
    width = draw(st.integers(2, 7))
    kinds = [
        "id",
        *draw(st.lists(st.sampled_from(["text", "date", "whole", "real"]), min_size=width - 1, max_size=width - 1)),
    ]
    names = draw(st.lists(st.sampled_from(NAMES[:-1]), min_size=width, max_size=width, unique=True))
    rows: list[list[Any]] = []
    for title in draw(st.lists(st.sampled_from(TITLES[:2]), max_size=2, unique=True)):
        rows.append([title])
    if rows and draw(st.booleans()):
        rows.append([])
    merges: list[str] = []
    top = len(rows) + 1
    labels = list(names)
    if width >= 5 and draw(st.booleans()):
        half = 1 + (width - 1) // 2
        band = ["", "Women", *[""] * (half - 2), "Men", *[""] * (width - half - 1)]
        rows.append(band)
        pair = draw(
            st.lists(st.sampled_from(["Plan", "Actual", "Left"]), min_size=half - 1, max_size=half - 1, unique=True)
        )
        under = [names[0], *pair, *[*pair, "Other"][: width - half]]
        labels = [names[0], *[f"Women {name}" for name in pair], *[f"Men {name}" for name in under[half:]]]
        if draw(st.booleans()):
            letters = "ABCDEFGHI"
            merges = [
                f"{letters[a]}{len(rows)}:{letters[b]}{len(rows)}"
                for a, b in ((1, half - 1), (half, width - 1))
                if b > a
            ]
        rows.append(under)
        kinds = ["id", *["whole"] * (width - 1)]
    else:
        rows.append(names)
    if draw(st.integers(0, 4)) == 0:
        rows.append([f"#tag{index}" for index in range(width)])
    bottom = len(rows)
    if draw(st.integers(0, 5)) == 0:
        rows.append([])
    data: list[int] = []
    count = draw(st.integers(3, 12))
    whole: list[list[Any]] = []
    for row in range(count):
        record = [_value(draw, kind, row) for kind in kinds]
        if row and draw(st.integers(0, 6)) == 0:
            record[draw(st.integers(1, width - 1))] = draw(st.sampled_from(["", "n/a", "-"]))
        rows.append(record)
        whole.append(record)
        data.append(len(rows))
        if row < count - 1 and draw(st.integers(0, 9)) == 0:
            rows.append([])
    numbers = [index for index, kind in enumerate(kinds) if kind in ("whole", "real")]
    if numbers and draw(st.booleans()):
        total: list[Any] = ["Total", *[""] * (width - 1)]
        for index in numbers:
            total[index] = round(sum(r[index] for r in whole if not isinstance(r[index], str)), 2)
        rows.append(total)
    notes = draw(st.lists(st.sampled_from(NOTES), max_size=2, unique=True))
    if notes:
        rows += [[], *[[note] for note in notes]]
    return Made(rows, (top, bottom), data, labels, merges)


def wrong(seen: dict[str, Any], made: Made, shift: int = 0) -> str | None:
    """What was read in silence and is not so; ``None`` where it is right, asked or refused."""
    if seen["outcome"] in ("ask", "refuse"):
        return None
    if len(seen["tables"]) != 1:
        return f"{len(seen['tables'])} tables"
    (table,) = seen["tables"]
    got = (table["header_rows"], table["first_row"], table["last_row"], table["row_count"], table["columns"])
    want = (
        [row + shift for row in made.header],
        made.data[0] + shift,
        made.data[-1] + shift,
        len(made.data),
        made.names,
    )
    told = any(remark["code"] == "lone_value" for remark in table["warnings"])
    return None if got == want or (told and got[0] == want[0]) else f"read {got}, made {want}, {table['warnings']}"


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    tables(),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
    st.booleans(),
)
def test_csv(made: Made, delimiter: str, newline: str, ragged: bool, sep: bool) -> None:
    data = messy.text(made.rows, delimiter, newline, before=f"sep={delimiter}\n" if sep else "", ragged=ragged)
    assert wrong(inspect("a.csv", data).as_dict(), made, shift=1 if sep else 0) is None


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(tables(), st.integers(0, 3), st.integers(0, 2))
def test_xlsx(made: Made, down: int, right: int) -> None:
    rows = [[]] * down + [[""] * right + row for row in made.rows]
    merges = [] if down or right else made.merges
    assert wrong(inspect("a.xlsx", messy.workbook(("Data", rows), merges=merges)).as_dict(), made, shift=down) is None


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(tables())
def test_ods(made: Made) -> None:
    assert wrong(inspect("a.ods", messy.opendocument("Data", made.rows, made.merges)).as_dict(), made) is None


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(st.one_of(st.text(max_size=12), st.integers(), st.floats()), max_size=6), max_size=12))
def test_nothing_crashes(rows: list[list[Any]]) -> None:
    assert inspect("a.csv", messy.text(rows, encoding="utf-16")).outcome in (
        "read",
        "read_with_warnings",
        "ask",
        "refuse",
    )
