"""The General Social Survey panel 2010-2014 (NORC), as R's survey package estimates it, through the real command."""

from __future__ import annotations

import csv
import json
import math
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
GSS = ROOT.parent / "shared" / "real" / "gss_2012"

pytestmark = pytest.mark.skipif(
    not GSS.is_dir(), reason="the General Social Survey extract is not here (shared/real/gss_2012 beside the project)"
)

Row = dict[str, str]


@pytest.fixture(scope="module")
def people() -> list[Row]:
    with (GSS / "gss_panel10_extract.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    return json.loads((GSS / "expected.json").read_text(encoding="utf-8"))


def _estimate(folder: Path, rows: list[Row], weight: str, queries: Iterable[str]) -> tuple[dict[str, Row], str]:
    """Answers by the query's name, and what the command said."""
    names = "respondents.csv", "design.json", "queries.csv", "answers.csv"
    data, design, asked, answers = (folder / name for name in names)
    with data.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    keys = {"weight": weight, "strata": "vstrat", "psu": "vpsu", "nest": True, "outcome": "trust"}
    design.write_text(json.dumps(keys | {"fpc": None, "lonely_psu": "adjust"}), encoding="utf-8")
    asked.write_text("row,quantity,dom_a,dom_b,dom_c,dom_d\n" + "\n".join(queries) + "\n", encoding="utf-8")
    run = subprocess.run(
        [
            sys.executable, "-c", "from orchestration.cli import main; main()", "survey", "estimate", str(data),
            "--design", str(design), "--queries", str(asked), "-o", str(answers),
        ],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    with answers.open(encoding="utf-8", newline="") as handle:
        return {row["row"]: row for row in csv.DictReader(handle)}, run.stderr


def _close(ours: str, theirs: float) -> bool:
    return abs(float(ours) - theirs) <= 1e-9


def _answer(text: str, yes: tuple[str, ...]) -> str:
    return "" if text == "" else str(int(text in yes))


def test_doctors_can_be_trusted(people: list[Row], expected: dict[str, Any], tmp_path: Path) -> None:
    wave = [
        row
        | {
            "trust": _answer(row["doctrst"], ("Agree", "Strongly Agree")),
            "lgb": row["sexornt"] and str(int(row["sexornt"] != "Heterosexual or Straight")),
        }
        for row in people
        if row["wave"] == "2"
    ]
    figures = expected["doctors_can_be_trusted_2012"]
    gaps = {
        "black_minus_white": ("race=Black", "race=White"),
        "female_minus_male": ("sex=Female", "sex=Male"),
        "lgb_minus_straight": ("lgb=1", "lgb=0"),
    }
    queries = ["all,prop,*,,,"]
    for name, (group, reference) in gaps.items():
        queries += [f"{name},diff,{group},{reference},,", f"{name} 1,prop,{group},,,", f"{name} 0,prop,{reference},,,"]
    queries += [f"{answer},prop,doctrst={answer},,," for answer in figures["counts"]]
    rows, said = _estimate(tmp_path, wave, figures["weight"], queries)

    without = Counter(row[figures["weight"]] == "" for row in wave)[True]
    assert f"Left out for want of a weight in “wtpannr12”: {without:,} of {len(wave):,} respondents." in said

    everybody = figures["all"]
    assert (int(rows["all"]["n_a"]), int(rows["all"]["df"])) == (everybody["n"], everybody["df"])
    assert _close(rows["all"]["estimate"], everybody["p"])
    assert _close(rows["all"]["se"], everybody["se"])
    for name in gaps:
        gap, row = figures[name], rows[name]
        assert (int(row["n_a"]), int(row["n_b"]), int(row["df"])) == (gap["n1"], gap["n0"], gap["df"])
        for ours, theirs in (("estimate", "gap"), ("se", "gap_se"), ("p_value", "p_value")):
            assert _close(row[ours], gap[theirs]), (name, ours)
        for side in "01":
            assert _close(rows[f"{name} {side}"]["estimate"], gap[f"p{side}"])
            assert _close(rows[f"{name} {side}"]["se"], gap[f"se{side}"])
    assert {answer: int(rows[answer]["n_a"]) for answer in figures["counts"]} == figures["counts"]


def test_the_same_people_two_waves_apart(people: list[Row], expected: dict[str, Any], tmp_path: Path) -> None:
    """The design is of everybody with a panel weight, the groups are those who answered both times."""
    figures = expected["paired_change_great_deal_2010_2014"]
    waves = [
        row | {"trust": _answer(row["conmedic"], ("a Great Deal",))}
        for row in people
        if row["wave"] in ("1", "3") and row[figures["weight"]]
    ]
    answers = Counter(row["firstid"] for row in waves if row["trust"])
    rows = [row | {"paired": str(int(answers[row["firstid"]] == 2))} for row in waves]
    queries = (
        "change,diff,paired=1;wave=3,paired=1;wave=1,,",
        "2010,prop,paired=1;wave=1,,,",
        "2014,prop,paired=1;wave=3,,,",
    )
    found, _ = _estimate(tmp_path, rows, figures["weight"], queries)
    change = found["change"]
    assert int(change["n_a"]) == int(change["n_b"]) == figures["people_answering_both"]
    assert int(change["df"]) == figures["df"]
    for row, ours, theirs in (
        ("2010", "estimate", "p_2010"), ("2014", "estimate", "p_2014"), ("change", "estimate", "change"), ("change", "se", "se"),
    ):  # fmt: skip
        assert _close(found[row][ours], figures[theirs]), theirs
    independent = math.hypot(float(found["2010"]["se"]), float(found["2014"]["se"]))
    assert _close(str(independent), figures["se_if_independent"])
    # The same people resemble themselves: to take the waves for independent overstates the error by a fifth.
    assert independent / float(change["se"]) > 1.18
