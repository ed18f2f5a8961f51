"""A desk over a small contract with a column of every kind, and the files partners bring to it. All synthetic."""

from __future__ import annotations

import hashlib
import io
import os
import time
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from expectations.desk import Desk, Outcome
from expectations.verdict import Verdict
from sources.contract.model import Code, CodeList, Column, Contract, Partner, Rule, Table
from sources.load import load_quarters
from sources.problems import Problem, Question
from sources.reader import InputFile, ReadResult
from sources.settings import Settings
from tests.loading import files_that_count

NOW = datetime(2026, 10, 20, 9, tzinfo=UTC)
PERIOD = "2026-Q3"
DAMAGED = ("file.damaged", "The file is damaged or was not fully uploaded; try again.")
TEXT = "Visit ID,Place,People reached\nV-1,Detroit,12\nV-2,Trenton,30\n"
COUNTRIES = CodeList(
    "countries", (Code("KE", "Kenya"), Code("NG", "Nigeria"), Code("GR", "Greece"), Code("TR", "Türkiye")), shared=True
)
STAGES = CodeList("sample.visits.stage", (Code("planned", "Planned"), Code("running", "Running")))
VISITS = Table(
    "visits",
    "Site visits",
    "One row per site visit.",
    (
        Column("visit_id", "Visit ID", "text", "", required=True, key=True, max_length=40, examples=("V-001",)),
        Column("place", "Place", "text", "", ("City",), required=True, examples=("Detroit",)),
        Column("country", "Country", "code", "", codes=COUNTRIES, examples=("Kenya",)),
        Column("visited_on", "Visited on", "date", "", examples=("2026-08-19",)),
        Column("stage", "Stage", "code", "", ("Status",), codes=STAGES, examples=("Running",)),
        Column("amount", "Grant paid", "money", "", ("Grant",), examples=("25000",)),
        Column("people", "People reached", "integer", "", ("Reach",), required=True, unit="people", interval=True,
               minimum=0, examples=("120",)),
        Column("women", "Women", "integer", "", minimum=0, examples=("60",)),
        Column("men", "Men", "integer", "", minimum=0, examples=("60",)),
        Column("members", "Members so far", "integer", "", minimum=0, examples=("300",)),
        Column("share", "Share completed", "percent", "", minimum=0, maximum=100, examples=("47",)),
        Column("growth", "Growth", "percent", "", examples=("12",)),
        Column("rating", "Rating", "decimal", "", examples=("4.4",)),
        Column("open", "Open to all", "boolean", "", examples=("Yes",)),
        Column("note", "Note", "text", "", examples=("Well attended",)),
    ),
    (
        Rule("sample.visits.people.parts", "parts_total", "error", ("people",), "Women and men are all people.",
             {"parts": ["women", "men"], "total": "people"}),
        Rule("sample.visits.members.falling", "not_falling", "error", ("members",), "", {"column": "members"}),
        Rule("sample.visits.people.jump", "jump", "warning", ("people",), "",
             {"column": "people", "factor": 10, "floor": 20}),
    ),
)  # fmt: skip
CONTRACT = Contract(
    program="sample",
    title="SAMPLE – Synthetic program",
    version="3.0.0",
    description="A synthetic contract for tests.",
    reported_by="Synthetic sample",
    tables=(VISITS,),
    partners=(
        Partner("one", "Synthetic partner one", "sample", "US", "2023-Q2", synthetic=True),
        Partner("two", "Synthetic partner two", "sample", "US", "2023-Q2", synthetic=True),
        Partner("comma", "Synthetic partner comma", "sample", "DE", "2023-Q2", decimal=",", day_first=True, synthetic=True),
        Partner("point", "Synthetic partner point", "sample", "US", "2023-Q2", decimal=".", day_first=False, synthetic=True),
    ),
)  # fmt: skip
HEADERS = ["Visit ID", "Place", "People reached"]
ROWS: list[list[Any]] = [["V-1", "Detroit", 12], ["V-2", "Trenton", 30]]
#: What :data:`ROWS` load as.
LOADED = [("V-1", "Detroit", 12), ("V-2", "Trenton", 30)]


class House:
    """A desk in a folder of its own."""

    def __init__(self, folder: Path, contract: Contract = CONTRACT, *others: Contract) -> None:
        self.now = NOW
        self.contract = contract
        self.desk = Desk(Settings.at(folder), {item.program: item for item in (contract, *others)}, lambda: self.now)

    def check(self, *files: InputFile | bytes, name: str = "return.xlsx", partner: str = "one") -> Verdict:
        """The verdict on files that are not handed in."""
        return self.desk.check(_files(files, name), self.contract.program, partner, PERIOD).verdict

    def read(self, *files: InputFile | bytes, name: str = "return.xlsx", partner: str = "one") -> ReadResult:
        """What the reader makes of files, with what is ignored and why."""
        return self.desk._judging.read(self.contract, _files(files, name), partner, PERIOD, {})

    def submit(
        self, *files: InputFile | bytes, name: str = "return.xlsx", partner: str = "one", period: str = PERIOD,
        who: str = "ana", **more: Any,
    ) -> Outcome:  # fmt: skip
        """Hand files in; the originals must lie in the landing zone under their hash, byte for byte."""
        given = _files(files, name)
        outcome = self.desk.submit(
            given, partner=partner, program=self.contract.program, period=period, who=who, **more
        )
        for file in given:
            assert self.kept(file.data)
        return outcome

    def kept(self, data: bytes) -> bool:
        """Whether an original lies in the landing zone by its hash, unaltered."""
        path = self.desk.settings.data / "landing" / "originals" / hashlib.sha256(data).hexdigest()
        return path.is_file() and path.read_bytes() == data

    def rows(self, *columns: str, period: str = PERIOD) -> list[tuple[Any, ...]]:
        """What is loaded for the period, as the warehouse gets it: ``visit_id, place, people`` unless named."""
        names = columns or ("visit_id", "place", "people")
        loaded = load_quarters(self.desk.settings, self.contract, "visits", [period], self.desk.state())
        found = [
            row
            for path in files_that_count(self.desk.settings, loaded)
            for row in pq.ParquetFile(path).read().to_pylist()
        ]
        return [tuple(row[name] for name in names) for row in found]

    def nothing_loaded(self) -> bool:
        """Whether no row of the period is loaded."""
        return self.rows() == []


def _files(files: Sequence[InputFile | bytes], name: str) -> list[InputFile]:
    return [file if isinstance(file, InputFile) else InputFile(name, file) for file in files]


def xlsx(
    *rows: Sequence[Any], sheet: str = "KPI", start: tuple[int, int] = (0, 0),
    more: Callable[[Any, Any], None] | None = None, sheets: Sequence[tuple[str, Sequence[Sequence[Any]]]] = (),
    options: dict[str, Any] | None = None,
) -> bytes:  # fmt: skip
    """A workbook with one sheet of rows (and others); ``more`` gets the book and that sheet."""
    import xlsxwriter

    sink = io.BytesIO()
    settings = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False,
                "default_date_format": "yyyy-mm-dd", **(options or {})}  # fmt: skip
    with xlsxwriter.Workbook(sink, settings) as book:
        book.set_properties({"created": NOW})  # the same rows are the same bytes
        made = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            made.write_row(start[0] + number, start[1], row)
        for name, others in sheets:
            other = book.add_worksheet(name)
            for number, row in enumerate(others):
                other.write_row(number, 0, row)
        if more is not None:
            more(book, made)
    return sink.getvalue()


def good(**options: Any) -> bytes:
    """The two good rows as a workbook."""
    return xlsx(HEADERS, *ROWS, **options)


def column(label: str, *cells: Any, **options: Any) -> bytes:
    """A workbook whose fourth column (D) holds ``cells``; in ``People reached`` (C) where that is the label."""
    if label == HEADERS[2]:
        return xlsx(HEADERS, *([f"V-{n}", "Detroit", cell] for n, cell in enumerate(cells, 1)), **options)
    rows = ([f"V-{n}", "Detroit", 10, cell] for n, cell in enumerate(cells, 1))
    return xlsx([*HEADERS, label], *rows, **options)


def csv(text: str, encoding: str = "utf-8", name: str = "return.csv") -> InputFile:
    """A text file."""
    return InputFile(name, text.encode(encoding))


def rezip(
    data: bytes, change: Callable[[str, bytes], bytes] = lambda _, content: content, add: dict[str, bytes] | None = None
) -> bytes:
    """A zip with every member passed through ``change``, and more members."""
    source = zipfile.ZipFile(io.BytesIO(data))
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.namelist():
            target.writestr(member, change(member, source.read(member)))
        for name, content in (add or {}).items():
            target.writestr(name, content)
    return sink.getvalue()


def sheet_xml(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """A workbook with the XML of its first sheet changed; the change must do something."""
    seen = []

    def changed(name: str, content: bytes) -> bytes:
        if not name.endswith("sheet1.xml"):
            return content
        after = change(content)
        seen.append(after != content)
        return after

    result = rezip(data, changed)
    assert seen == [True]
    return result


def took(started: float) -> float:
    """Seconds since ``started``, fewer where the machine had more to do than it has processors."""
    busy = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    return (time.monotonic() - started) / busy


def about(verdict: Verdict, ending: str) -> Problem:
    """The one problem whose rule ends so."""
    (found,) = [problem for problem in verdict.problems if problem.rule.endswith(ending)]
    return found


def question(verdict: Verdict, key: str) -> Question:
    """The one question with this key; the return waits for it."""
    assert verdict.state == "needs_answer"
    (found,) = [item for item in verdict.questions if item.key == key]
    return found


def rules(verdict: Verdict, *severities: str) -> list[str]:
    """Rules of the problems, of these severities where named."""
    return [problem.rule for problem in verdict.problems if not severities or problem.severity in severities]


def is_refused(outcome: Outcome, rule: str, sentence: str) -> None:
    """Refused for this one reason, in these words."""
    assert outcome.verdict.state == "refused", outcome.verdict
    assert [(problem.rule, problem.sentence) for problem in outcome.verdict.problems] == [(rule, sentence)]


def with_partner(contract: Contract, **changes: Any) -> Contract:
    """The contract with its first partner changed."""
    first, *others = contract.partners
    return replace(contract, partners=(replace(first, **changes), *others))
