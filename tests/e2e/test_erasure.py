"""A person asks to be forgotten: after the next run nothing below the data folder holds them, and a rebuild is identical."""

from __future__ import annotations

import gzip
import hashlib
import io
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from expectations.datadocs import write_data_docs
from expectations.stored import read_results, results_folder
from sources.settings import Settings
from tests.e2e.installation import impact, published, table

PARTNER, PROGRAM = "sample_community_of_practice", "community_of_practice"
PERSON = hashlib.sha256(b"synthetic person").hexdigest()
ADVOCATE = "ADV9471"
#: Stands in the person's row and nowhere else, to see that the whole row is gone.
TRACE = "Verein der Zitronenfalter (synthetic sample)"
MEMBERS = [
    "Advocate ID",
    "Organisation",
    "Type of organisation",
    "Country",
    "Joined on",
    "Person key",
    "Name of the key",
]
WEBINARS = ["Webinar ID", "Webinar date", "Topic", "Key action", "Attendees"]
PLACE = ("--partner", PARTNER, "--program", PROGRAM, "--period", "2026-Q2")


def _workbook(path: Path, others: int) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Members")
        sheet.write_row(0, 0, MEMBERS)
        rows = [[ADVOCATE, TRACE, "Patient advocacy", "Germany", "2026-04-02", PERSON, "coalition-2026"]]
        for number in range(others):
            key = hashlib.sha256(str(number).encode()).hexdigest()
            rows.append([f"ADV{number:04}", f"Group {number}", "Other", "Canada", "2026-05-03", key, "coalition-2026"])
        for at, row in enumerate(rows, start=1):
            sheet.write_row(at, 0, row)
        sheet = book.add_worksheet("Webinars")
        sheet.write_row(0, 0, WEBINARS)
        sheet.write_row(1, 0, ["W-1", "2026-05-05", "Listening first", "Equitable policy decisions", 12])
    return path


def _texts(path: Path) -> Iterator[bytes]:
    """What a file holds: its bytes, and what is packed inside."""
    data = path.read_bytes()
    yield data
    if path.suffix == ".gz":
        yield gzip.decompress(data)
    elif path.suffix == ".duckdb":
        with duckdb.connect(str(path), read_only=True) as connection:
            names = connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()
            for schema, name in names:
                yield str(connection.execute(f'select * from "{schema}"."{name}"').fetchall()).encode()
    elif data[:4] == b"PAR1":
        yield str(pq.ParquetFile(path).read().to_pylist()).encode()
    elif zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield from (archive.read(name) for name in archive.namelist())


def _holding(folder: Path, *needles: str) -> set[str]:
    """Folders below the data folder in which one of the values is found."""
    found = set()
    for path in folder.rglob("*"):
        if path.is_file() and any(needle.encode() in text for text in _texts(path) for needle in needles):
            found.add(path.relative_to(folder).parts[0])
    return found


def _data_docs(data: Path) -> None:
    """The pages of all verdicts, as ``impact docs`` writes them."""
    settings = Settings.at(data)
    write_data_docs(read_results(results_folder(settings)), data / "quality" / "data_docs")


@pytest.mark.slow
def test_nothing_of_an_erased_person_is_left_anywhere(tmp_path: Path) -> None:
    data = tmp_path / "data"
    impact(data, "submit", str(_workbook(tmp_path / "first.xlsx", 3)), *PLACE)
    impact(data, "submit", str(_workbook(tmp_path / "second.xlsx", 4)), *PLACE)
    impact(data, "run", "--as-of", "2026-11-15")
    _data_docs(data)
    before = table(data, "pub_leads__kpi")
    assert {"landing", "raw", "warehouse.duckdb"} <= _holding(data, PERSON, ADVOCATE, TRACE)

    told = impact(data, "erase", "--person-key", PERSON, "--why", "Request of 20 November.", "--yes")
    assert told.count("1 row erased") == 2
    assert PERSON not in told
    impact(data, "run", "--as-of", "2026-11-15")
    _data_docs(data)
    assert _holding(data, PERSON, ADVOCATE, TRACE) == set()
    after = table(data, "pub_leads__kpi")
    mine = before["program_code"] == PROGRAM
    assert not before[mine].reset_index(drop=True).equals(after[mine].reset_index(drop=True))
    assert len(list((data / "published").glob("2026-*"))) == 1

    now = published(data)
    for name in ("raw", "published", "exports", "dbt", "dagster", "quality"):
        shutil.rmtree(data / name)
    (data / "warehouse.duckdb").unlink()
    impact(data, "run", "--as-of", "2026-11-15")
    assert published(data) == now
