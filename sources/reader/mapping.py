"""Columns a person must say, and what they said before: renamed ones, two under different bands, one per quarter.

An answer is kept per partner and program, and applied from then on without asking:

- ``columns.<table>.<column>``: the header of the column, its band before it where it has one;
- ``unpivot.<table>``: the column whose values stand in one column per quarter or year.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sources.contract.model import Column
from sources.problems import Problem, Question
from sources.reader.cast import cast_column
from sources.reader.casting import CastContext
from sources.reader.gate import quarter_words, quarters_named
from sources.reader.headers import Found, labels_at
from sources.reader.issues import shown
from sources.reader.ranges import listed
from sources.reader.text import closest, is_blank, normal

#: The answer that a column is none of those offered.
NONE = "none"
_OPTIONS = 12
_LOOKED_AT = 50


def settle_columns(
    program: str, places: Sequence[Found], period: str | None, answers: Mapping[str, str]
) -> tuple[list[Question], list[Problem]]:
    """Apply what was answered about the columns of these places and ask what was not.

    Columns asked about are added to :attr:`Found.asked`, so that they are not told as missing too.
    """
    questions: list[Question] = []
    problems: list[Problem] = []
    for place in places:
        _unpivot(program, place, period, answers, questions, problems)
        for name, first, second in list(place.repeated):
            _ask_band(place, name, [first, second], questions)
        for name in place.missing:
            _ask_header(place, place.table.column(name), answers, questions)
    return list({question.key: question for question in questions}.values()), problems


def _periods(place: Found) -> dict[int, str]:
    """Unknown headers that are a quarter (``2026-Q3``) or a year (``2026``), by grid column."""
    found: dict[int, str] = {}
    for index, text in place.extras.items():
        quarters = quarters_named(text)
        words = normal(text)
        if len(quarters) == 1 and len(words) <= 20:
            found[index] = quarters.pop()
        elif words.isdigit() and len(words) == 4 and words.startswith("20"):
            found[index] = words
    return found


def _unpivot(
    program: str,
    place: Found,
    period: str | None,
    answers: Mapping[str, str],
    questions: list[Question],
    problems: list[Problem],
) -> None:
    headed = _periods(place)
    free = [
        column
        for column in place.table.columns
        if column.name not in place.columns and column.kind in ("integer", "money", "decimal", "percent")
    ]
    if len(headed) < 2 or not free:
        return
    key = f"unpivot.{place.table.name}"
    answer = answers.get(key)
    if answer is None:
        options = [(column.name, f"{column.label}: one column per period") for column in free]
        named = listed(f"“{shown(place.names[index])}” ({place.grid.letter(index)})" for index in sorted(headed))
        sentence = f"{place.grid.place()} has the columns {named}. Which figure stands in them?"
        cells = tuple(place.grid.cell(place.header[1], index) for index in sorted(headed))
        questions.append(
            Question(key, sentence, (*options, (NONE, "Something that is not reported")), place.grid.sheet, cells)
        )
        place.asked.update(column.name for column in free)
        return
    if period is None or answer not in {column.name for column in free}:
        return
    wanted = [index for index, stated in headed.items() if stated == period]
    if not wanted:
        wanted = [index for index, stated in headed.items() if stated == period[:4]]
    others = [index for index in sorted(headed) if index not in wanted]
    place.set_aside.update(others)
    if len(wanted) == 1:
        place.columns[answer] = wanted[0]
        problems.append(_others(program, place, others, period))


def _others(program: str, place: Found, others: Sequence[int], period: str) -> Problem:
    named = listed(f"“{shown(place.names[index])}” ({place.grid.letter(index)})" for index in others)
    many = len(others) > 1
    return Problem(
        rule=f"{program}.{place.table.name}._row.other_periods",
        severity="info",
        sentence=f"{place.grid.place()}: the {'columns' if many else 'column'} {named} "
        f"{'are' if many else 'is'} not {quarter_words(period)} and {'were' if many else 'was'} not read.",
        file=place.grid.file,
        sheet=place.grid.sheet,
        cells=tuple(place.grid.cell(place.header[1], index) for index in others),
        table=place.table.name,
        count=len(others),
        origin="interpretation",
    )


def _ask_band(place: Found, name: str, indices: Sequence[int], questions: list[Question]) -> None:
    """Two columns of one name under different bands: which of them counts?"""
    labels = [labels_at(place.grid, place.header[1], index) for index in indices]
    bands = [texts[0] for texts in labels]
    if len(set(map(normal, bands))) < len(bands) or len({normal(texts[-1]) for texts in labels}) > 1:
        return  # no band tells them apart: an error that names both letters
    label = place.table.column(name).label
    letters = [place.grid.letter(index) for index in indices]
    sentence = f"{place.grid.place()}: “{label}” stands in the columns {listed(letters)}. Which one is reported?"
    options = tuple((band, f"“{shown(band)}” ({letter})") for band, letter in zip(bands, letters, strict=True))
    cells = tuple(place.grid.cell(place.header[1], index) for index in indices)
    questions.append(Question(f"columns.{place.table.name}.{name}", sentence, options, place.grid.sheet, cells))
    place.asked.add(name)


def _ask_header(place: Found, column: Column, answers: Mapping[str, str], questions: list[Question]) -> None:
    """A needed column that no header names, and no header comes close to, but that some unknown column can be."""
    key = f"columns.{place.table.name}.{column.name}"
    extras = place.extras
    if column.name in place.asked or key in answers or closest(column.label, extras.values()) is not None:
        return
    able = [index for index in sorted(extras) if _can_be(place, index, column)][:_OPTIONS]
    if not able:
        return
    options = tuple((extras[index], f"“{shown(extras[index])}” ({place.grid.letter(index)})") for index in able)
    sentence = f"{place.grid.place()} has no column “{column.label}”. Which of its columns is it?"
    cells = tuple(place.grid.cell(place.header[1], index) for index in able)
    questions.append(Question(key, sentence, (*options, (NONE, "None of them")), place.grid.sheet, cells))
    place.asked.add(column.name)


def _can_be(place: Found, index: int, column: Column) -> bool:
    """Whether the first values of a grid column could be those of a contract column."""
    rows = range(place.header[1] + 1, min(place.end, place.header[1] + 1 + _LOOKED_AT))
    values = [value for row in rows if not is_blank(value := place.grid.columns[index][row])]
    if not values or (column.kind == "text" and not all(isinstance(value, str) for value in values)):
        return False
    cast = cast_column(column, values, CastContext())
    return not any(issue.severity == "error" for issue, _ in cast.issues)
