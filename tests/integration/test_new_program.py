"""Adding a program: a folder, its staging model and its mapping; everything else is rendered."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from sources.contract.load import ROOT
from sources.contract.render import RENDERED_DIRS

SLUG = "neighbourhood_walks"
ROOMS = ("orchestration", "sources", "expectations", "exports", "dbt_project", "docs")
BY_HAND = (
    f"sources/programs/{SLUG}/",
    f"dbt_project/models/staging/{SLUG}/",
    f"dbt_project/models/intermediate/{SLUG}/",
)


def tree(root: Path) -> dict[str, str]:
    paths = (p for room in ROOMS for p in (root / room).rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    return {p.relative_to(root).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in paths}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("checkout")
    for room in ROOMS:
        shutil.copytree(ROOT / room, root / room, ignore=shutil.ignore_patterns("__pycache__", "target", "logs"))
    return root


def impact(root: Path, *arguments: str) -> str:
    env = {**os.environ, "PYTHONPATH": str(root), "IMPACT_DATA": str(root / "data"), "IMPACT_USER": "partner"}
    command = [sys.executable, "-c", "from orchestration.cli import main; main()", *arguments]
    done = subprocess.run(command, env=env, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{arguments}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def a_return(path: Path) -> Path:
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("Walks")
    sheet.write(0, 0, "Synthetic sample – invented figures")
    sheet.write_row(2, 0, ["Date", "Activity ID", "People reached"])
    for row, (day, name, people) in enumerate(
        [(date(2026, 7, 4), "W-1", 31), (date(2026, 8, 4), "W-2", 12), (date(2026, 9, 4), "W-3", "<5")], start=3
    ):
        sheet.write_datetime(row, 0, day)
        sheet.write(row, 1, name)
        sheet.write(row, 2, people)
    book.close()
    return path


def test_a_new_program_has_its_kpi_with_nothing_written_by_hand_but_its_own_files(checkout, tmp_path):
    before = tree(checkout)
    impact(checkout, "new-program", SLUG, "--title", "Neighbourhood Walks", "--reported-by", "Walking Society")
    after = tree(checkout)

    changed = {name for name in after.keys() | before.keys() if after.get(name) != before.get(name)}
    rendered = {name for name in changed if name.startswith((*RENDERED_DIRS, "sources/programs/checked.json"))}
    finance_list = {
        name for name in changed if name == "sources/programs/finance/template.xlsx"
    }  # drop-down of programs
    assert all(name.startswith(BY_HAND) for name in changed - rendered - finance_list)
    assert f"sources/programs/{SLUG}/contract.odcs.yaml" in changed

    path = a_return(tmp_path / "walks.xlsx")
    place = ("--program", SLUG, "--partner", f"sample_{SLUG}", "--period", "2026-Q3")
    impact(checkout, "submit", str(path), *place)
    impact(checkout, "run", "--quiet", "--as-of", "2026-11-15")
    rows = {row["indicator"]: row for row in json.loads(impact(checkout, "kpi", "--json", "--program", SLUG))}

    assert rows[f"{SLUG}_activities_held"]["value"] == 3
    reach = rows[f"{SLUG}_people_reached"]
    assert reach["value"] is None
    assert (reach["value_low"], reach["value_high"]) == (31, 47)
    assert reach["coverage"] == {"met": 1, "due": 3, "share_of_last_value_pct": None}
