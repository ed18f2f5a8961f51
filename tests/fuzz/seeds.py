"""Files to begin with: small ones as partners make them, and small hostile ones. All synthetic."""

from __future__ import annotations

import io
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from orchestration.health.backup import LIST, LOG, write_backup
from orchestration.progress import Progress
from sources.log.events import EventLog
from sources.settings import Settings
from tests.e2e.ninety.hostile import FILES
from tests.e2e.ninety.house import HEADERS, ROWS, good, xlsx
from tests.e2e.ninety.xlsb import xlsb
from tests.fuzz.zips import packed, unpacked
from tests.unit.sources.reader.builders import ods

_CSV = {
    "plain": "Visit ID,Place,People reached\nV-1,Detroit,12\nV-2,Trenton,30\n",
    "semicolon": "Visit ID;Place;People reached;Grant paid\r\nV-1;Detroit;12;1.234,56\r\nV-2;Trenton;30;7,00\r\n",
    "tab": "Visit ID\tPlace\tPeople reached\tShare completed\nV-1\tDetroit\t12\t47\nV-2\tTrenton\t30\t12 %\n",
    "bar": "Visit ID|Place|People reached\nV-1|Detroit|<5\n",
    "sep": "sep=;\nVisit ID;Place;People reached\nV-1;Detroit;12\n",
    "quoted": 'Visit ID,Place,People reached,Note\nV-1,"St. John\'s, west",12,"said ""yes""\ntwice"\nV-2,Trenton,30,\n',
    "stray": 'Visit ID,Place,People reached\nV-1,The "Hub,12\nV-2,Trenton",30\nV-3,"Ohio,7\n',
    "titled": "Site visits Q3 2026\n\nPrepared by the data office\nVisit ID,Place,People reached\nV-1,Detroit,12\n\nV-2,Ohio,3\nTotal,,15\n"
    "Note: all figures are synthetic\n",
    "wide": "Visit ID,City,Country,Visited on,Status,Grant,Reach,Women,Men,Members so far,Growth,Rating,Open to all,Own\n"
    "V-1,Detroit,Kenya,2026-08-19,Running,25000,120,60,60,300,12,4.4,Yes,x\n"
    "V-2,Lagos,NG,19/08/2026,Planned,1000.50,80,30,50,310,-3,4,No,\n",
    "twice": "Visit ID,Place,People reached\nV-1,Detroit,12\nVisit ID,Place,People reached\nV-2,Trenton,30\n",
    "beside": "Visit ID,Place,People reached\nV-1,Detroit,12,,Visit ID,Place,People reached\nV-2,Trenton,30\nTotal,,42\n",
    "beside_left": ",,,Visit ID,Place,People reached\nVisit ID,Place,People reached,V-1,Detroit,12\n,,,V-2,Trenton,30\n",
    "beside_rows": "Visit ID,Place,People reached\nVisit ID,Place,People reached,Note\nV-1,Detroit,12,,,Reach,City,Visit ID\n"
    "V-2,Trenton,30,,,9,Ohio,V-3\n",
    "empty_table": "Visit ID,Place,People reached\n",
    "no_table": "a,b,c\n1,2,3\n",
    "other_quarter": "Site visits Q2 2026\nVisit ID,Place,People reached\nV-1,Detroit,12\n",
}


def csv_files() -> dict[str, bytes]:
    """Csv files in several dialects and encodings."""
    made = {name: text.encode() for name, text in _CSV.items()}
    accents = "Visit ID,Place,People reached\nV-1,São Tomé,12\nV-2,Türkiye,30\n"
    made |= {
        code: accents.encode(code) for code in ("utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252", "mac_roman")
    }
    made["nul"] = made["plain"].replace(b"12", b"1\x002")
    return made


def workbooks() -> dict[str, bytes]:
    """Small workbooks of each kind that is a zip."""
    from datetime import date

    rows = [[*HEADERS, "Visited on", "Share completed"], *([*row, date(2026, 8, 19), 0.5] for row in ROWS)]

    def furnished(book: object, sheet: object) -> None:
        sheet.merge_range(5, 0, 5, 2, "Note: synthetic")  # type: ignore[attr-defined]
        sheet.set_row(2, None, None, {"hidden": True})  # type: ignore[attr-defined]
        sheet.write_formula(1, 6, "=1/0", None, "#DIV/0!")  # type: ignore[attr-defined]

    made = {
        "good": good(),
        "furnished": xlsx(*rows, more=furnished, sheets=[("_impact", [["program", "sample"], ["version", "3"]])]),
        "ods": ods([HEADERS, *ROWS]),
        "xlsb": xlsb([HEADERS, *ROWS]),
    }
    return {name: packed(parts) if (parts := unpacked(data)) else data for name, data in made.items()}


def small_hostile() -> dict[str, bytes]:
    """Hostile files that are small as they are sent."""
    names = (
        "laughs.xlsx",
        "external_file.xlsx",
        "cyclic_relations.xlsx",
        "ods_negative.ods",
        "ods_laughs.ods",
        "lengths.xlsb",
        "cut.xls",
    )
    return {name: FILES[name]() for name in names}


def other_kinds() -> dict[str, bytes]:
    """What is no return at all."""
    import zipfile

    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr(zipfile.ZipInfo("word/document.xml"), "<a/>")
    return {
        "document": sink.getvalue(),
        "pdf": b"%PDF-1.7 synthetic",
        "page": b"\xef\xbb\xbf<!-- saved --><html><body><table></table></body></html>",
        "xml_sheet": b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>',
        "ole": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504),
        "old": b"\x09\x00\x04\x00\x02\x00\x10\x00",
    }


def backups() -> dict[str, bytes]:
    """The list and the log of small backups, as one file each; see :mod:`tests.fuzz.backup`."""
    from tests.fuzz.backup import BETWEEN

    made = {}
    for name, count in (("none", 0), ("three", 3)):
        with tempfile.TemporaryDirectory() as folder:
            settings = Settings.at(Path(folder) / "data")
            log = EventLog(settings.log_url, lambda: datetime(2026, 10, 20, tzinfo=UTC))
            for number in range(count):
                log.append("nil", who="ana", why="é", program="sample", partner="one", period=f"2026-Q{number + 1}")
            write_backup(settings, f"{folder}/copy", Progress())
            listed, lines = ((Path(folder) / "copy" / part).read_bytes() for part in (LIST, LOG))
            made[name] = listed + BETWEEN + lines
    return made


def seeds(target: str) -> dict[str, bytes]:
    """The seeds of a target by name."""
    if target == "backup":
        return backups()
    if target == "csv_path":
        return csv_files()
    return workbooks() | small_hostile() | (other_kinds() | csv_files() if target == "prescan" else {})
