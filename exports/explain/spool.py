"""Terms and their cells on disk until all of them are there: a long evidence is never whole in memory."""

from __future__ import annotations

import csv
import json
import tempfile
from typing import TYPE_CHECKING, Any

from exports import safe

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

#: Values of a term, and those of each of its cells; their first column, the term's name, is known at the end only.
Term = tuple[tuple[Any, ...], list[tuple[Any, ...]]]


class Spool:
    """Terms that come in any order and are written in one.

    Args:
        folder: Where the file lies they wait in; it has no name there and goes with this object.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - open as long as the spool
        self._chunks: dict[tuple[Any, ...], tuple[int, int]] = {}

    def put(self, order: tuple[Any, ...], terms: Sequence[Term]) -> None:
        """Hold terms that follow one another; ``order`` says where among all others."""
        data = json.dumps(terms, ensure_ascii=False).encode()
        self._chunks[order] = (self._file.seek(0, 2), len(data))
        self._file.write(data)

    def drop(self, begin: tuple[Any, ...]) -> None:
        """Forget what was put with an order that begins so."""
        self._chunks = {order: place for order, place in self._chunks.items() if order[: len(begin)] != begin}

    def write(self, terms: tuple[Path, Sequence[str]], cells: tuple[Path, Sequence[str]]) -> None:
        """Write all terms and their cells as two CSV files, and count the terms through.

        Args:
            terms: The file and its columns.
            cells: The same of the cells.
        """
        count = 0
        with (
            terms[0].open("w", encoding="utf-8-sig", newline="") as term_file,
            cells[0].open("w", encoding="utf-8-sig", newline="") as cell_file,
        ):
            term_lines, cell_lines = (csv.writer(file, lineterminator="\r\n") for file in (term_file, cell_file))
            term_lines.writerow(map(safe.csv_value, terms[1]))
            cell_lines.writerow(map(safe.csv_value, cells[1]))
            for _, (place, length) in sorted(self._chunks.items(), key=lambda chunk: chunk[0]):
                self._file.seek(place)
                for term, its_cells in json.loads(self._file.read(length)):
                    count += 1
                    name = f"T{count:06d}"
                    term_lines.writerow((name, *map(safe.csv_value, term)))
                    cell_lines.writerows((name, *map(safe.csv_value, cell)) for cell in its_cells)
