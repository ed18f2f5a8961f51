"""Which places of a table count: one, several joined, or a question for a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sources.contract.model import Contract
from sources.problems import Problem, Question
from sources.reader.gate import quarter_words, title_quarters
from sources.reader.headers import Found
from sources.reader.ranges import row_ranges
from sources.reader.result import Ignored
from sources.reader.text import is_blank

ALL = "all"


@dataclass
class Places:
    """Places to read, and what was decided about the others."""

    all: Sequence[Found]
    chosen: list[Found] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)


def choose_places(contract: Contract, found: Sequence[Found], period: str | None, answers: Mapping[str, str]) -> Places:
    """Choose the places to read.

    The same table on several sheets or files is joined; sheets of other quarters are left aside with a warning;
    twice on one sheet is a question, unless only the header is repeated within one table.
    """
    places = Places(found)
    settled = _settle_rivals(contract, found, answers, places)
    for table in contract.tables:
        here = [place for place in settled if place.table.name == table.name]
        here = _leave_faint(here, places)
        here = _leave_other_quarters(here, period, places)
        for grid in {id(place.grid): place.grid for place in here}.values():
            on_sheet = _join_repeats([place for place in here if place.grid is grid])
            filled = [place for place in on_sheet if _has_rows(place)] or on_sheet[:1]
            bare = [place for place in on_sheet if all(place is not other for other in filled)]
            for place in bare:
                _leave_bare(contract, place, places)
            places.chosen += _one_of(contract, filled, answers, places)
    return places


def _leave_faint(here: list[Found], places: Places) -> list[Found]:
    """Beside a place with nearly all needed columns, one that lacks half of them is a list or a summary."""

    def share(place: Found) -> float:
        needed = sum(column.required for column in place.table.columns) or 1
        return 1 - len(place.missing) / needed

    if max(map(share, here), default=0.0) < 0.8:
        return here
    faint = [place for place in here if share(place) <= 0.5 and not place.tagged]
    places.ignored += [_whole(place, "no table of the return") for place in faint]
    return [place for place in here if place not in faint]


def _settle_rivals(
    contract: Contract, found: Sequence[Found], answers: Mapping[str, str], places: Places
) -> list[Found]:
    """Places as the tables a person said they are; a question where headers fit several and nobody has."""
    settled = []
    for place in found:
        answer = answers.get(f"{contract.program}.{place.place()}.table")
        if not place.rivals or answer == place.table.name:
            settled.append(place)
        elif answer in place.rivals:
            settled.append(replace(place.rivals[answer], end=place.end, beside=place.beside))
        else:
            names = [place.table.name, *place.rivals]
            options = tuple((name, contract.table(name).label) for name in names)
            sentence = f"{place.grid.place()}: which table is this? Its headers fit more than one."
            key = f"{contract.program}.{place.place()}.table"
            places.questions.append(Question(key, sentence, options, place.grid.sheet))
            places.asked.update(names)
    return settled


def _leave_other_quarters(here: list[Found], period: str | None, places: Places) -> list[Found]:
    """Where some places say they are the chosen quarter and others say another one, only the former count."""
    named = [title_quarters(place) for place in here]
    if period is None or not any(quarters == {period} for quarters in named):
        return here
    kept = []
    for place, quarters in zip(here, named, strict=True):
        if not quarters or period in quarters:
            kept.append(place)
            continue
        other = quarter_words(min(quarters))
        places.problems.append(
            Problem(
                rule="file.other_quarter",
                severity="warning",
                sentence=f"{place.grid.place()} says it is {other} and was not read.",
                file=place.grid.file,
                sheet=place.grid.sheet,
                table=place.table.name,
                origin="interpretation",
            )
        )
        places.ignored.append(_whole(place, f"another quarter ({other})"))
    return kept


def _whole(place: Found, why: str) -> Ignored:
    rows = (place.grid.row_number(place.header[0]), place.grid.row_number(max(place.header[1], place.end - 1)))
    return Ignored(place.grid.file, place.grid.sheet, rows, why)


def _leave_bare(contract: Contract, place: Found, places: Places) -> None:
    """A header with nothing under it: told where it stands beside another table, whose rows go on; else listed."""
    others = [other for other in place.beside if _has_rows(other)]
    if any(other.reaches(place.header[0]) for other in others):
        places.problems.append(_second_header(contract, place))
        return
    further = [other.header[0] for other in others if other.header[0] > place.header[1]]
    places.ignored.append(_whole(replace(place, end=min([place.end, *further])), "header without rows"))


def _second_header(contract: Contract, place: Found) -> Problem:
    grid, rows = place.grid, range(place.header[0], place.header[1] + 1)
    indices = sorted(place.columns.values())
    first, last = grid.letter(indices[0]), grid.letter(indices[-1])
    numbers = [grid.row_number(row) for row in rows]
    where = f"{row_ranges(numbers, 'line')}, columns {first} to {last}"
    if grid.sheet is not None:
        where = f"{first}{numbers[0]}:{last}{numbers[-1]}"
    cells = tuple(grid.cell(row, index) for row in rows for index in indices if not is_blank(grid.columns[index][row]))
    fix = "Delete them, or put their rows under them."
    return Problem(
        rule=f"{contract.program}.{place.table.name}._row.second_header",
        severity="warning",
        sentence=f"{grid.place()}, {where}: the headers of “{place.table.label}” stand here a second time, with no "
        f"rows under them, and were not read. {fix}",
        file=grid.file,
        sheet=grid.sheet,
        cells=cells,
        expected="one header",
        fix=fix,
        count=len(cells),
        table=place.table.name,
        origin="interpretation",
    )


def _join_repeats(here: list[Found]) -> list[Found]:
    """A header repeated on every printed page belongs to one table: same columns, no gap above it."""
    joined: list[Found] = []
    for place in here:
        same = (other for other in joined if other.columns == place.columns and other.end == place.header[0])
        before = next(same, None)
        if (
            before is not None
            and sum(not is_blank(place.grid.columns[index][place.header[0] - 1]) for index in place.columns.values())
            > 1
        ):
            before.end = place.end
        else:
            joined.append(place)
    return joined


def _has_rows(place: Found) -> bool:
    rows = range(place.header[1] + 1, place.end)
    return any(not is_blank(place.grid.columns[index][row]) for row in rows for index in place.columns.values())


def _one_of(contract: Contract, here: list[Found], answers: Mapping[str, str], places: Places) -> list[Found]:
    if len(here) <= 1:
        return here
    key = f"{contract.program}.{here[0].table.name}.place"
    answer = answers.get(key)
    # A row is known by its line, and a cell's letter by its table's columns: others cannot be joined.
    alike = all(place.columns == here[0].columns for place in here)
    if answer == ALL and alike:
        here[0].end = here[-1].end
        return here[:1]
    chosen = [place for place in here if place.place() == answer]
    if chosen:
        places.ignored += [_whole(place, "not chosen") for place in here if place not in chosen]
        return chosen
    cells = tuple(place.place().rsplit("!", 1)[-1] for place in here)
    options = [(place.place(), f"The one at {cell}") for place, cell in zip(here, cells, strict=True)]
    sentence = (
        f"{here[0].grid.place()}: the table “{here[0].table.label}” stands there {len(here)} times. Which counts?"
    )
    if alike:
        options.append((ALL, "All of them together"))
    else:
        sentence += " If more than one does, put them under one header and hand the file in again."
    places.asked.add(here[0].table.name)
    places.questions.append(Question(key, sentence, tuple(options), here[0].grid.sheet, cells))
    return []
