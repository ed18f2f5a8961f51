"""An evidence bundle with one thing altered, and what the independent script makes of it."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

Line = dict[str, str]


def recomputed(bundle: Path, originals: Path) -> tuple[int, str]:
    """Exit code and output of the bundle's script, which sees nothing of this project."""
    command = [sys.executable, "-I", "-S", str(bundle / "recompute.py"), "--originals", str(originals)]
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": ""}
    done = subprocess.run(command, env=env, cwd="/", capture_output=True, text=True, check=False)
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout


def named(output: str) -> set[str]:
    """The figures a run says differ."""
    return set(re.findall(r"^DIFFERS (\S+) ", output, flags=re.MULTILINE))


def lines(bundle: Path, name: str) -> list[Line]:
    """A table of the bundle."""
    return list(csv.DictReader(io.StringIO((bundle / f"{name}.csv").read_text("utf-8-sig"))))


def linked(originals: Path, folder: Path) -> Path:
    """A folder with a link to every original."""
    folder.mkdir()
    for path in originals.iterdir():
        (folder / path.name).symlink_to(path)
    return folder


def alter_csv_cell(folder: Path, line: Line, value: str) -> None:
    """Put another value into a cell of a csv original."""
    path = folder / line["sha256"]
    text = path.read_text("utf-8-sig")
    match = re.fullmatch(r"([A-Z])(\d+)", line["cell"])
    assert match is not None
    rows = text.split("\n")
    row = rows[int(match[2]) - 1]
    sign = next(mark for mark in (";", ",", "\t") if row.count(mark) > 3)
    (parts,) = csv.reader([row], delimiter=sign)
    place = ord(match[1]) - ord("A")
    assert parts[place] == line["raw"]
    parts[place] = value
    sink = io.StringIO()
    csv.writer(sink, delimiter=sign, lineterminator="").writerow(parts)
    rows[int(match[2]) - 1] = sink.getvalue()
    path.unlink()
    path.write_text("\n".join(rows), "utf-8")


def the_bundle(data: Path) -> Path:
    """The evidence of the newest extract of a data folder."""
    build = (data / "exports" / "current").read_text().strip()
    return data / "exports" / build / "restricted" / "evidence" / "2026"


def is_whole(bundle: Path, progress: set[tuple[str, str]]) -> None:
    """Assert that a bundle holds every kind of figure, each row of the extract, no gap, and no code of the project."""
    figures = lines(bundle, "figures")
    kinds = {
        "progress",
        "released",
        "goal",
        "investment",
        "reach",
        "contribution",
        "heard",
        "poll",
        "change",
        "restoring",
    }
    assert kinds == {line["source"] for line in figures}
    assert len(figures) > 15_000
    for source in ("progress", "released"):
        assert progress == {tuple(line["figure_id"].split("/")[:2]) for line in figures if line["source"] == source}
    assert not [line for line in lines(bundle, "terms") if line["op"] in ("unexplained", "erased")]
    ours = re.compile(r"^\s*(?:from|import)\s+(?:exports|sources|duckdb|pandas|numpy|scipy)", re.MULTILINE)
    assert not [path.name for path in bundle.rglob("*.py") if ours.search(path.read_text())]


def altered(bundle: Path, folder: Path, name: str, pattern: str, instead: str) -> Path:
    """A copy of a bundle with one line of a table changed."""
    shutil.copytree(bundle, folder)
    path = folder / f"{name}.csv"
    text, count = re.subn(pattern, instead, path.read_text("utf-8-sig"), flags=re.MULTILINE)
    assert count == 1
    path.write_text(text, "utf-8-sig")
    return folder


def touched(bundle: Path, subject: str) -> set[str]:
    """The figures that rest on a flow's terms of every quarter: its own, and the contributions it is part of."""
    (facts,) = [line for line in lines(bundle, "indicators") if line["indicator_code"] == subject]
    codes = set(filter(None, facts["contributes_to"].split(";")))
    return {
        line["figure_id"]
        for line in lines(bundle, "figures")
        if line["figure_id"].split("/")[0] == subject
        or (line["source"] == "contribution" and line["figure_id"].split("/")[1] in codes)
    }
