"""Fuzzing: whatever is accepted equals what was written into the cells, or a problem or question names the cell.

``IMPACT_FUZZ=2000`` tries that many workbooks instead of a few dozen.
"""

from __future__ import annotations

import csv as stdlib
import io
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sources.reader import InputFile, ReadResult, read_files
from tests.e2e.ninety.house import CONTRACT, PERIOD, VISITS, good
from tests.unit.sources.reader.builders import ods

EXAMPLES = int(os.environ.get("IMPACT_FUZZ", "60"))
SLOW = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
PLACES = [
    "Detroit",
    "Total Wellness Center",
    "Note",
    "Sum",
    "São Tomé",
    "St. John's; west",
    'The "Hub"',
    "O’Fallon",
    "7",
]
NOTES = ["", "well attended", "=1+1", "-", "n/a", "12", "2026-03-31", "<5", "x" * 300, "a\nb", "Ünï"]


@dataclass
class Cell:
    """What is written into a cell, and what it says."""

    written: Any
    says: Any
    shown_as: str = ""


@dataclass
class Case:
    """A file, its rows by what they say, and who sends it."""

    name: str
    data: bytes
    rows: list[dict[str, Any]]
    partner: str
    places: dict[tuple[int, str], str] = field(default_factory=dict)


def localised(number: Decimal, decimal: str, grouped: str) -> str:
    """A number as text: ``1.234,56``."""
    text = f"{number:,f}" if grouped else f"{number:f}"
    return text.replace(",", "G").replace(".", "D").replace("G", grouped).replace("D", decimal)


class Locale:
    """How one file writes numbers and dates: the same way in all its cells."""

    def __init__(self, draw: Callable[[Any], Any]) -> None:
        self.decimal = draw(st.sampled_from([".", ","]))
        self.grouped = draw(st.sampled_from(["", ",", " "] if self.decimal == "." else ["", ".", " "]))
        self.day_first = draw(st.booleans())
        known = {(",", True): "comma", (".", False): "point"}.get((self.decimal, self.day_first), "one")
        self.partner = draw(st.sampled_from(["one", known]))


def _number(draw: Any, locale: Locale, kind: str, number: Decimal) -> Cell:
    says = float(number)
    how = draw(st.sampled_from(["text"] if kind == "csv" else ["number", "number", "text"]))
    return Cell(float(number) if how == "number" else localised(number, locale.decimal, locale.grouped), says)


def _people(draw: Any, locale: Locale, kind: str) -> Cell:
    if draw(st.integers(0, 5)) == 0:
        limit = draw(st.integers(2, 20))
        return Cell(f"<{limit}", (0, limit - 1))
    number = draw(st.integers(0, 2_000_000))
    cell = _number(draw, locale, kind, Decimal(number))
    return Cell(cell.written, (number, number))


def _amount(draw: Any, locale: Locale, kind: str) -> Cell:
    return _number(draw, locale, kind, draw(st.decimals(-(10**9), 10**9, places=2)))


def _rating(draw: Any, locale: Locale, kind: str) -> Cell:
    places = draw(st.integers(0, 4))
    return _number(draw, locale, kind, draw(st.decimals(-1000, 1000, places=places)))


def _share(draw: Any, locale: Locale, kind: str) -> Cell:
    points = draw(st.decimals(0, 100, places=draw(st.integers(0, 1))))
    how = draw(st.sampled_from(["points", "signed"] if kind == "csv" else ["points", "signed", "percent"]))
    if how == "signed":
        return Cell(f"{localised(points, locale.decimal, '')} %", float(points))
    if how == "percent":
        return Cell(float(points / 100), float(points), "percent")
    return Cell(localised(points, locale.decimal, "") if kind == "csv" else float(points), float(points))


def _date(draw: Any, locale: Locale, kind: str) -> Cell:
    day = date(2000, 1, 1) + timedelta(days=draw(st.integers(0, 15_000)))
    how = draw(st.sampled_from(["iso", "local"] if kind == "csv" else ["iso", "local", "cell", "cell"]))
    if how == "cell":
        return Cell(day, day, "date")
    order = "{0:%d/%m/%Y}" if locale.day_first else "{0:%m/%d/%Y}"
    return Cell(day.isoformat() if how == "iso" else order.format(day), day)


def _open(draw: Any, locale: Locale, kind: str) -> Cell:
    says = draw(st.booleans())
    words = ["Yes", "y", "TRUE", "oui", "1"] if says else ["No", "n", "FALSE", "non", "0"]
    return Cell(draw(st.sampled_from(words if kind != "xlsx" else [*words, says])), says)


def _country(draw: Any, locale: Locale, kind: str) -> Cell:
    code, label = draw(st.sampled_from([("KE", "Kenya"), ("NG", "Nigeria"), ("TR", "Türkiye")]))
    return Cell(draw(st.sampled_from([code, label, label.upper(), f" {label} "])), code)


def _note(draw: Any, locale: Locale, kind: str) -> Cell:
    text = draw(st.sampled_from(NOTES))
    return Cell(text, None if text in ("", "-", "n/a") else text)


MAKERS: dict[str, Callable[[Any, Locale, str], Cell]] = {
    "people": _people, "amount": _amount, "rating": _rating, "share": _share, "visited_on": _date, "open": _open,
    "country": _country, "note": _note,
}  # fmt: skip


@st.composite
def cases(draw: Any) -> Case:
    kind = draw(st.sampled_from(["xlsx", "xlsx", "ods", "csv"]))
    locale = Locale(draw)
    optional = draw(st.lists(st.sampled_from([name for name in MAKERS if name != "people"]), unique=True, max_size=5))
    names = draw(st.permutations(["visit_id", "place", "people", *optional]))
    labels = [VISITS.column(name).label for name in names]
    extra = draw(st.integers(0, 2))
    titles = draw(st.sampled_from([0, 0, 1, 3]))
    left = draw(st.sampled_from([0, 0, 2])) if kind != "csv" else 0
    count = draw(st.integers(1, 7))
    body: list[list[Cell]] = []
    rows: list[dict[str, Any]] = []
    for number in range(count):
        cells = {
            "visit_id": Cell(f"V-{number}", f"V-{number}"),
            "place": Cell(text := draw(st.sampled_from(PLACES)), text),
        }
        for name in names:
            if name in MAKERS:
                blank = name != "people" and draw(st.integers(0, 6)) == 0
                cells[name] = Cell("", None) if blank else MAKERS[name](draw, locale, kind)
        rows.append({name: cells[name].says for name in names})
        body.append([*(cells[name] for name in names), *(Cell("aside", None) for _ in range(extra))])
        if draw(st.integers(0, 7)) == 0:
            body.append([])
    header = [*labels, *(f"Own column {number}" for number in range(extra))]
    above = [["Synthetic sample"], [], ["Prepared by the data office"]][:titles]
    if draw(st.integers(0, 4)) == 0:
        above.append([draw(st.sampled_from(["", "Figures"])) for _ in header[:-1]] + ["Other"])
    people = [row["people"] for row in rows]
    if len(rows) > 1 and all(low == high for low, high in people) and draw(st.integers(0, 3)) == 0:
        total = sum(low for low, _ in people)
        said = {"visit_id": "Total", "people": str(total) if kind == "csv" else total}
        body.append([Cell(said.get(name, ""), None) for name in names])
    hidden = draw(st.booleans())
    case = Case(f"return.{kind}", b"", rows, locale.partner)
    if kind == "csv":
        case.data = _csv(draw, above, header, body)
    elif kind == "ods":
        case.data = _ods(above, left, header, body)
    else:
        case.data = _xlsx(draw, above, left, header, body, hidden)
    return case


def _csv(draw: Any, above: list[list[str]], header: list[str], body: list[list[Cell]]) -> bytes:
    sink = io.StringIO()
    writer = stdlib.writer(sink, delimiter=draw(st.sampled_from([",", ";", "\t", "|"])),
                           lineterminator=draw(st.sampled_from(["\n", "\r\n"])))  # fmt: skip
    writer.writerows([*above, header, *([cell.written for cell in row] for row in body)])
    return sink.getvalue().encode(draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])))


def _ods(above: list[list[str]], left: int, header: list[str], body: list[list[Cell]]) -> bytes:
    def written(cell: Cell) -> Any:
        if cell.shown_as == "percent":
            return {"valuetype": "percentage", "value": repr(cell.written), "text": f"{cell.written:.1%}"}
        if cell.shown_as == "date":
            return {"valuetype": "date", "datevalue": cell.written.isoformat(), "text": cell.written.isoformat()}
        return cell.written

    rows: list[list[Any]] = [*above, header, *([written(cell) for cell in row] for row in body)]
    return ods([[""] * left + row if row else row for row in rows])


def _xlsx(
    draw: Any, above: list[list[str]], left: int, header: list[str], body: list[list[Cell]], hidden: bool
) -> bytes:
    import xlsxwriter

    sink = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False,
               "date_1904": draw(st.booleans())}  # fmt: skip
    with xlsxwriter.Workbook(sink, options) as book:
        formats = {
            "": None,
            "percent": book.add_format({"num_format": "0.0%"}),
            "date": book.add_format({"num_format": "dd/mm/yy"}),
        }
        if draw(st.booleans()):
            book.add_worksheet("READ ME").write(0, 0, "Please fill in the next sheet.")
        sheet = book.add_worksheet("KPI")
        for number, row in enumerate([*above, header]):
            sheet.write_row(number, left, row)
        for number, cells in enumerate(body, start=len(above) + 1):
            for place, cell in enumerate(cells, start=left):
                if cell.shown_as == "date":
                    sheet.write_datetime(number, place, cell.written, formats["date"])
                else:
                    sheet.write(number, place, cell.written, formats[cell.shown_as])
        if hidden and body:
            sheet.set_row(len(above) + 1, None, None, {"hidden": True})
    return sink.getvalue()


def read(case: Case) -> ReadResult:
    partner = CONTRACT.partner(case.partner)
    return read_files(CONTRACT, [InputFile(case.name, case.data)], partner=partner, period=PERIOD)


def _same(frame: pd.DataFrame, row: int, name: str, says: Any) -> bool:
    if name == "people":
        return (frame["people_low"][row], frame["people_high"][row]) == says
    value = frame[name][row]
    if says is None:
        return bool(pd.isna(value))
    if isinstance(says, date):
        return not pd.isna(value) and value.date() == says
    return bool(value == says)


def silent(case: Case, result: ReadResult) -> list[str]:
    """Cells that were changed without a word, and rows that went missing."""
    if result.outcome != "read":
        assert result.problems or result.questions
        return []
    table = result.tables["visits"]
    told = {cell for problem in result.problems if problem.severity != "info" for cell in problem.cells}
    found = table.frame["visit_id"].tolist()
    wrong = [f"rows {found}"] if found != [row["visit_id"] for row in case.rows] else []
    for number, row in enumerate(case.rows if not wrong else []):
        wrong += [
            f"{table.cell(number, name)} {name}: {table.raw[name][number]!r} says {says!r}, read {table.frame[name][number]!r}"
            for name, says in row.items()
            if not _same(table.frame, number, name, says) and table.cell(number, name) not in told
        ]
    return wrong


@SLOW
@given(cases())
def test_nothing_is_changed_silently(case: Case) -> None:
    assert silent(case, read(case)) == []


def test_the_check_itself_sees_a_silent_change() -> None:
    """A value read other than written, with nothing said of its cell, is found."""
    case = Case(
        "return.xlsx", good(), [{"visit_id": "V-1", "people": (12, 12)}, {"visit_id": "V-2", "people": (30, 30)}], "one"
    )
    result = read(case)
    assert silent(case, result) == []
    result.tables["visits"].frame.loc[1, "people_high"] = 31.0
    assert len(silent(case, result)) == 1
    result.tables["visits"].frame.drop(index=0, inplace=True)
    assert silent(case, result) == ["rows ['V-2']"]


GOOD: dict[str, bytes] = {
    "return.xlsx": good(),
    "return.ods": ods([["Visit ID", "Place", "People reached"], ["V-1", "Detroit", 12], ["V-2", "Trenton", 30]]),
    "return.csv": b"Visit ID,Place,People reached\nV-1,Detroit,12\nV-2,Trenton,30\n",
}


@SLOW
@given(st.sampled_from(sorted(GOOD)), st.data())
def test_damaged_bytes_crash_nothing(name: str, data: Any) -> None:
    content = bytearray(GOOD[name])
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(content) - 1))
        what = data.draw(st.sampled_from(["flip", "cut", "drop", "double"]))
        if what == "flip":
            content[place] ^= data.draw(st.integers(1, 255))
        elif what == "cut":
            del content[max(1, place) :]
        elif what == "drop":
            del content[place : place + data.draw(st.integers(1, 40))]
            content = content or bytearray(b"x")
        else:
            content[place:place] = content[place : place + 40]
    result = read(Case(name, bytes(content), [], "one"))
    assert result.outcome in ("read", "ask", "refused")
    if name != "return.csv" and result.outcome == "read" and not result.problems:
        frame = result.tables["visits"].frame
        assert frame[["visit_id", "place", "people"]].to_numpy().tolist() == [
            ["V-1", "Detroit", 12],
            ["V-2", "Trenton", 30],
        ]


@pytest.mark.parametrize("place", PLACES)
def test_every_place_of_the_fuzz_is_a_row(place: str) -> None:
    data = f'Visit ID;Place;People reached\nV-1;"{place.replace(chr(34), chr(34) * 2)}";3\n'.encode()
    result = read(Case("return.csv", data, [], "one"))
    assert result.tables["visits"].frame["place"].tolist() == [place]
