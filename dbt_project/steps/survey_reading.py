"""The files of ``impact survey estimate`` as they come: separated by commas or semicolons, with or without a BOM."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from dbt_project.steps.survey_design import SurveyProblem

if TYPE_CHECKING:
    import pyarrow as pa

_SEPARATORS = ",;\t|"


def read_header(path: Path) -> tuple[list[str], str]:
    """Column names of a CSV file, trimmed, and what separates them."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            head = handle.read(1_000_000)
        if "\0" in head:
            raise SurveyProblem(f"{path.name} is not a CSV file; save the table as “CSV UTF-8”.")
        found = [(next(csv.reader(io.StringIO(head, newline=""), delimiter=mark), []), mark) for mark in _SEPARATORS]
    except FileNotFoundError:
        raise SurveyProblem(f"There is no file {path}.") from None
    except UnicodeDecodeError:
        raise SurveyProblem(f"{path.name} is not a CSV file in UTF-8; save the table as “CSV UTF-8”.") from None
    except (OSError, csv.Error) as error:
        raise SurveyProblem(f"{path.name} cannot be read as CSV: {error}") from error
    names, separator = max(found, key=lambda each: len(each[0]))
    if not any(name.strip() for name in names):
        raise SurveyProblem(f"{path.name} has no header in its first line.")
    return [name.strip() for name in names], separator


def position(column: str, names: list[str], purpose: str) -> int:
    """Where a column stands. Raises :class:`SurveyProblem` when it is missing or there are two of that name."""
    if names.count(column) == 1:
        return names.index(column)
    if column in names:
        raise SurveyProblem(f"The file has {names.count(column)} columns called “{column}” ({purpose}); rename one.")
    raise SurveyProblem(f"The file has no column “{column}” ({purpose}); it has {listed(names)}.")


def listed(names: list[str]) -> str:
    """Names for a sentence; of very many the first thirty."""
    return ", ".join(names[:30]) + (f" … ({len(names)} in all)" if len(names) > 30 else "")


def read_respondents(path: Path, names: list[str], separator: str, wanted: Iterable[int]) -> pa.Table:
    """Columns of a CSV file as text, whatever they hold: Yes and No must not become numbers on the way.

    Returns:
        A table with ``line`` (the header is line 1) and a column ``c<position>`` per column wanted.
    """
    import pyarrow as pa
    from pyarrow import csv as arrow

    odd: list[arrow.InvalidRow] = []

    def invalid(row: arrow.InvalidRow) -> str:
        # A line of blanks and separators, as spreadsheets leave below a table, says nothing.
        if row.text.strip(separator + ' "\r\n'):
            odd.append(row)
        return "skip"

    codes = [f"c{at}" for at, _ in enumerate(names)]
    try:
        table = arrow.read_csv(
            path,
            read_options=arrow.ReadOptions(column_names=codes, skip_rows_after_names=1, use_threads=False),
            parse_options=arrow.ParseOptions(delimiter=separator, newlines_in_values=True, invalid_row_handler=invalid),
            convert_options=arrow.ConvertOptions(
                column_types=dict.fromkeys(codes, pa.string()),
                include_columns=[codes[at] for at in sorted(set(wanted))],
                strings_can_be_null=False,
            ),
        )
    except (OSError, pa.ArrowException) as error:
        if "UTF8" in str(error):
            raise SurveyProblem(f"{path.name} is not a CSV file in UTF-8; save the table as “CSV UTF-8”.") from None
        raise SurveyProblem(f"{path.name} cannot be read as CSV: {str(error).splitlines()[0]}") from error
    if odd:
        raise SurveyProblem(
            f"{path.name}, line {odd[0].number}: {odd[0].actual_columns} values under {len(names)} column names."
        )
    if table.num_rows == 0:
        raise SurveyProblem(f"{path.name} has no rows.")
    return table.append_column("line", pa.array(range(2, table.num_rows + 2), pa.int64()))


def read_queries(path: Path, needed: dict[str, int]) -> list[dict[str, str]]:
    """Rows of the file of queries that say anything; ``needed`` counts the groups each quantity has."""
    names, separator = read_header(path)
    if "quantity" not in names:
        raise SurveyProblem(
            f"{path.name} has no column “quantity”; it needs row, quantity, dom_a, dom_b, dom_c, dom_d."
        )
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            table = list(csv.reader(handle, delimiter=separator))[1:]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SurveyProblem(f"{path.name} cannot be read as CSV: {error}") from error
    rows = []
    for number, cells in enumerate(table, start=2):
        row = dict(zip(names, map(str.strip, cells), strict=False))
        if not any(row.values()):
            continue
        quantity = row.get("quantity", "")
        if quantity not in needed:
            raise SurveyProblem(f"{path.name}, line {number}: the quantity is prop, diff or did, not “{quantity}”.")
        for letter in "abcd"[: needed[quantity]]:
            if not row.get(f"dom_{letter}"):
                raise SurveyProblem(f"{path.name}, line {number}: {quantity} needs dom_{letter}; * is everybody.")
        rows.append(row | {"line": str(number)})
    if not rows:
        raise SurveyProblem(f"{path.name} has no queries.")
    return rows
