"""`impact survey estimate` as a person meets it: what it reads, what it refuses, and in which words."""

from __future__ import annotations

import csv
import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from dbt_project.steps.survey_design import SurveyProblem, read_design
from dbt_project.steps.survey_file import estimate, write_answer
from orchestration.cli.surveys import app

ROOT = Path(__file__).resolve().parents[3]
ROWS = "s,u,w,sex,y\n" + "".join(f"{s},{u},{1 + u / 4},{sex},{(s + u + len(sex)) % 2}\n" for s in (1, 2) for u in (1, 2, 3) for sex in ("f", "man"))  # fmt: skip
DESIGN = {"weight": "w", "strata": "s", "psu": "u", "nest": True, "outcome": "y"}
QUERIES = "row,quantity,dom_a,dom_b\nall,prop,*,\nwomen,prop,sex=f,\ngap,diff,sex=f,sex=man\n"


class Desk:
    """Three files in a folder, and the command over them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.notes: list[str] = []

    def ask(
        self,
        data: str | bytes = ROWS,
        design: Any = None,
        queries: str | bytes = QUERIES,
    ) -> dict[str, dict[str, Any]]:
        paths = [self.folder / name for name in ("people.csv", "design.json", "queries.csv")]
        text = design if isinstance(design, str) else json.dumps(DESIGN | (design or {}))
        for path, content in zip(paths, (data, text, queries), strict=True):
            path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        answer = estimate(paths[0], read_design(paths[1]), paths[2])
        self.notes = answer.notes
        return {row["row"]: row for row in answer.rows}

    def refused(self, *given: Any, **named: Any) -> str:
        with pytest.raises(SurveyProblem) as caught:
            self.ask(*given, **named)
        return str(caught.value)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def _changed(old: str, new: str) -> str:
    assert old in ROWS
    return ROWS.replace(old, new, 1)


@pytest.mark.parametrize(
    ("data", "design", "sentence"),
    [
        (ROWS, {"weight": "wt"}, "The file has no column “wt” (weight); it has s, u, w, sex, y."),
        (ROWS, {"outcome": None}, "The design names no outcome column."),
        (ROWS, {"weights": "w"}, "design.json: not understood: weights. A design has fpc, lonely_psu, nest, outcome, psu, replicates, strata, weight."),
        (ROWS, {"lonely_psu": "remove"}, "design.json: “lonely_psu” is one of fail, adjust, average, certainty."),
        (ROWS, {"nest": "yes"}, "design.json: “nest” is true or false."),
        (ROWS, {"strata": 3}, "design.json: “strata” must be the name of a column, or null."),
        (_changed("1.25", "heavy"), {}, "Line 2: the weight “heavy” in “w” is not a number (decimals are written with a point)."),
        (_changed("1.25", "-1"), {}, "Line 2: a weight is zero or more, not “-1”."),
        (_changed("1.5", "inf"), {}, "Line 4: a weight is zero or more, not “inf”."),
        (_changed("1.5", "1.5e12"), {}, "The weights in “w” run from 1.25 to 1.5e+12; one of them must be a slip."),
        ("w,y\n,1\n,0\n", {"strata": None, "psu": None}, "No respondent has a weight in “w”: nothing weighted can be said."),
        ("w,y\n0,1\n0,0\n", {"strata": None, "psu": None}, "No weight in “w” is above zero."),
        (_changed("f,0", "f,maybe"), {}, "Line 4: the outcome “maybe” in “y” is neither yes (1) nor no (0), nor blank."),
        (_changed("f,0", "f,2"), {}, "Line 4: the outcome “2” in “y” is neither yes (1) nor no (0), nor blank."),
        (_changed("1,2,", "1,,"), {}, "Line 4: “u” is blank; every respondent needs one."),
        (_changed("1,2,", ",2,"), {}, "Line 4: “s” is blank; every respondent needs one."),
        (ROWS, {"nest": False}, "Sampling unit “1” lies in several strata. If numbers start anew in each stratum, say nest: true."),
        (ROWS + "3,1,1,f,1\n", {}, "Strata with a single sampling unit: “3”. Their variance is unknown; say lonely_psu: adjust, average or certainty, or join them to a neighbour."),
        (ROWS, {"fpc": "sex"}, "Line 2: “sex” says how many sampling units the stratum has in all, or what fraction is sampled, not “f”."),
        (ROWS, {"fpc": "w"}, "“w” differs within stratum “1”; a stratum has one."),
        (ROWS, {"fpc": "s"}, "Stratum “1”: 3 sampling units, but “s” says 1 is all there is."),
        ("", {}, "people.csv has no header in its first line."),
        ("s,u,w,sex,y\n", {}, "people.csv has no rows."),
        ("s,u,w,sex,y\n1,1,1,f,1\n1,1,1,f\n", {}, "people.csv, line 3: 4 values under 5 column names."),
        (b"PK\x03\x04\x00\x00 a workbook", {}, "people.csv is not a CSV file; save the table as “CSV UTF-8”."),
        ("pays,w,y\nr\u00e9,1,1\n".encode("latin-1"), {}, "people.csv is not a CSV file in UTF-8; save the table as “CSV UTF-8”."),
        (ROWS.replace("s,u,w,sex,y", "s,u,w,y,y"), {}, "The file has 2 columns called “y” (outcome); rename one."),
    ],
)  # fmt: skip
def test_refusals_say_what_and_where(desk: Desk, data: Any, design: dict[str, Any], sentence: str) -> None:
    asked = "quantity,dom_a\nprop,*\n"
    assert desk.refused(data, design, asked) == sentence


@pytest.mark.parametrize(
    ("queries", "sentence"),
    [
        ("row,quantity,dom_a\n1,prop,age=3\n", "queries.csv, line 2: “age=3” is not column=value with a column of the file (s, u, w, sex, y)."),
        ("row,quantity,dom_a\n1,prop,women\n", "queries.csv, line 2: “women” is not column=value with a column of the file (s, u, w, sex, y)."),
        ("row,quantity,dom_a\n1,prop,*\n2,mean,*\n", "queries.csv, line 3: the quantity is prop, diff or did, not “mean”."),
        ("row,quantity,dom_a,dom_b\n1,diff,*,\n", "queries.csv, line 2: diff needs dom_b; * is everybody."),
        ("row,dom_a\n1,*\n", "queries.csv has no column “quantity”; it needs row, quantity, dom_a, dom_b, dom_c, dom_d."),
        ("row,quantity,dom_a\n", "queries.csv has no queries."),
        ("", "queries.csv has no header in its first line."),
    ],
)  # fmt: skip
def test_queries_that_cannot_be_asked(desk: Desk, queries: str, sentence: str) -> None:
    assert desk.refused(queries=queries) == sentence


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("", "design.json cannot be read as JSON: Expecting value"),
        ("[1]", 'design.json is no design: {"weight": …, "outcome": …}.'),
        ("[" * 100_000, "design.json cannot be read as JSON: maximum recursion"),
        ('{"weight": ' + "1" * 5000 + "}", "design.json cannot be read as JSON: Exceeds the limit"),
        ('{"replicates": {"columns": "w"}}', "design.json: “replicates” has “columns” (a list)"),
        ('{"replicates": {"columns": ["w", "w"], "factor": 1}}', "design.json: “replicates” needs two columns or more"),
        ('{"replicates": {"columns": ["w", "u"], "factor": 1e999}}', "design.json: “factor” is one number"),
        ('{"replicates": {"columns": ["w", "u"], "factor": [1]}}', "design.json: “factor” is one number"),
    ],
)
def test_designs_that_cannot_be_read(desk: Desk, text: str, start: str) -> None:
    assert desk.refused(design=text).startswith(start)


def test_replicate_weights_are_numbers(desk: Desk) -> None:
    design = {"replicates": {"columns": ["u", "sex"], "factor": 0.5}}
    assert desk.refused(design=design) == "Line 2: the replicate weight “f” in “sex” is not a number."


def test_respondents_without_a_weight_are_left_out_and_counted(desk: Desk) -> None:
    rows = desk.ask(ROWS + "1,9,,f,1\n1,9,NA,f,1\n1,9,NaN,f,1\n")
    assert desk.notes == ["Left out for want of a weight in “w”: 3 of 15 respondents."]
    assert rows == desk.ask()
    assert desk.notes == []


def test_separators_bom_quotes_and_spaces_change_nothing(desk: Desk) -> None:
    usual = desk.ask()
    assert desk.ask(ROWS.replace(",", ";")) == usual
    assert desk.ask(ROWS.replace(",", "\t")) == usual
    assert desk.ask("\ufeff" + ROWS, queries="\ufeff" + QUERIES) == usual
    assert desk.ask(ROWS.replace("\n", "\r\n")) == usual
    assert desk.ask(ROWS.replace(",", " , ")) == usual
    assert desk.ask("\n".join(",".join(f'"{cell}"' for cell in line.split(",")) for line in ROWS.splitlines())) == usual
    assert desk.ask(ROWS + ",,,\n\n") == usual  # what spreadsheets leave below a table
    assert desk.ask(queries=QUERIES.replace(",", ";") + ";;;\n") == usual


@pytest.mark.parametrize(("yes", "no"), [("Yes", "No"), ("TRUE", "FALSE"), ("1.0", "0.0"), (" yes ", "no")])
def test_yes_and_no_are_answers(desk: Desk, yes: str, no: str) -> None:
    usual = desk.ask()
    lines = [line.rsplit(",", 1) for line in ROWS.splitlines()]
    worded = [lines[0], *([rest, yes if answer == "1" else no] for rest, answer in lines[1:])]
    assert desk.ask("\n".join(",".join(line) for line in worded)) == usual


def test_names_and_values_are_taken_as_they_are_written(desk: Desk) -> None:
    columns = ["Poids, redressé", 'dit "âge"', "line", "select", "c0", "SELECT"]
    values = ["l'été; non", "O'Brien", 'dit "x"', "50–64 ans", "ÉTÉ", "a b"]
    data = ",".join('"' + name.replace('"', '""') + '"' for name in columns) + ",y\n"
    for at, value in enumerate(values):
        for answer in (0, 1):
            cells = [str(at + 1), value, "7", "x", str(at), "y"]
            data += ",".join('"' + cell.replace('"', '""') + '"' for cell in cells) + f",{answer}\n"
    design = dict.fromkeys(("strata", "psu", "nest")) | {"weight": "Poids, redressé"}
    asked = 'quantity,dom_a\nprop,"dit ""âge""=O\'Brien"\nprop,"dit ""âge""=dit ""x"""\nprop,"dit ""âge""=ÉTÉ;line=7;select=x"\nprop,"SELECT=x"\nprop,c0=5.0\n'
    rows = desk.ask(data, design, asked)
    assert [row["n_a"] for row in rows.values()] == [2, 2, 2, 0, 2]
    assert [row["sumw_a"] for row in rows.values()] == [4, 6, 10, 0, 12]


def test_one_is_one_however_it_is_written(desk: Desk) -> None:
    data = "g,y\n1,1\n1.0,0\n 1 ,1\n10,1\n"
    asked = "quantity,dom_a\nprop,g=1\nprop,g=1.0\n"
    design = dict.fromkeys(("weight", "strata", "psu", "nest"))
    assert [row["n_a"] for row in desk.ask(data, design, asked).values()] == [3, 3]


@pytest.mark.parametrize("factor", [1e12, 1e-9, 1e60])
def test_the_size_of_weights_changes_their_sum_only(desk: Desk, factor: float) -> None:
    usual = desk.ask()
    lines = [line.split(",") for line in ROWS.splitlines()]
    data = "\n".join(",".join([*cells[:2], repr(float(cells[2]) * factor), *cells[3:]]) if at else ",".join(cells) for at, cells in enumerate(lines))  # fmt: skip
    for row, found in desk.ask(data).items():
        for name, value in found.items():
            expected = usual[row][name] * factor if name == "sumw_a" else usual[row][name]
            assert value == (pytest.approx(expected, rel=1e-12) if isinstance(value, float) else expected), (row, name)


def test_nobody_matches(desk: Desk) -> None:
    rows = desk.ask(queries="row,quantity,dom_a,dom_b\n1,prop,sex=x,\n2,diff,sex=x,*\n3,diff,*,sex=x\n")
    assert (rows["1"]["n_a"], rows["1"]["sumw_a"], rows["1"]["nchs"]) == (0, 0, "no_data")
    known = {"row", "n_a", "success_a", "sumw_a", "n_b", "nchs"}
    assert {name for row in rows.values() for name, value in row.items() if value is not None} <= known
    assert (rows["2"]["n_a"], rows["2"]["n_b"], rows["3"]["n_a"], rows["3"]["n_b"]) == (0, 12, 12, 0)


def test_many_groups_at_once(desk: Desk) -> None:
    many = "quantity,dom_a\n" + "".join(f"prop,u={at}\n" for at in range(1, 1501))
    rows = list(desk.ask(queries=many).values())
    assert [row["n_a"] for row in rows[:4]] == [4, 4, 4, 0]
    assert len(rows) == 1500


def _run(*arguments: str | Path) -> Any:
    return CliRunner().invoke(app, ["survey", "estimate", *map(str, arguments)])


def test_the_command_writes_a_table_with_blanks_for_what_is_undefined(desk: Desk) -> None:
    desk.ask()
    folder = desk.folder
    command = [sys.executable, "-c", "from orchestration.cli import main; main()", "survey", "estimate"]
    files = ["people.csv", "--design", "design.json", "--queries", "queries.csv", "-o", "out/answers.csv"]
    run = subprocess.run(
        [*command, *(str(folder / file) if file[0] != "-" else file for file in files)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout == f"3 estimates in {folder / 'out' / 'answers.csv'}\n"
    with (folder / "out" / "answers.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert [row["row"] for row in rows] == ["all", "women", "gap"]
    assert rows[0]["n_b"] == rows[0]["p_value"] == rows[2]["nchs"] == ""


def test_a_mistake_ends_in_one_sentence_on_the_command_line(desk: Desk) -> None:
    desk.ask()
    folder = desk.folder
    run = subprocess.run(
        [
            sys.executable, "-c", "from orchestration.cli import main; main()", "survey", "estimate", str(folder / "no.csv"),
            "--design", str(folder / "design.json"), "--queries", str(folder / "queries.csv"), "-o", str(folder / "o.csv"),
        ],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == f"There is no file {folder / 'no.csv'}.\n"
    assert not (folder / "o.csv").exists()


def test_estimates_never_overwrite_what_they_are_made_from(desk: Desk) -> None:
    desk.ask()
    people, design, queries = (desk.folder / name for name in ("people.csv", "design.json", "queries.csv"))
    result = _run(people, "--design", design, "--queries", queries, "-o", people)
    assert str(result.exception) == f"{people} is read from; write the estimates to another file."
    assert people.read_text(encoding="utf-8") == ROWS


def test_an_answer_that_cannot_be_written(desk: Desk) -> None:
    desk.ask()
    people, design, queries = (desk.folder / name for name in ("people.csv", "design.json", "queries.csv"))
    result = _run(people, "--design", design, "--queries", queries, "-o", desk.folder)
    assert str(result.exception) == f"{desk.folder} cannot be written: Is a directory."


HOSTILE = (
    "", "0", "1", "Yes", "no", "NA", "NaN", "inf", "-inf", "-1", "1e308", "1e-320", "5e-324", "1,5", "é", '"', "'", "a;b",
    "1_0", "0x10", " 1 ", "\t", "TRUE", "\x00", "x\ny", "=1", "@", "*", "9" * 24, "1e400", "-0", "²", "٣", "💥", "null",
)  # fmt: skip
NAMES = ("Sex", "sex", "line", "c0", "c1", "a b", "é", 'q"uote', "", "x=y", "select", "'; drop table x; --", "rep_0")
PAIRS = ("wald", "logit", "beta", "wilson", "kg_nchs", "mover")


@pytest.mark.parametrize("seed", range(4))
def test_hostile_files_end_in_a_sentence_or_in_ordered_limits(seed: int, tmp_path: Path) -> None:
    """Fifty files a seed; no error but :class:`SurveyProblem`, and every estimate lies within its intervals."""
    draw = random.Random(seed)
    for _ in range(50):
        data, design, queries = _hostile(draw)
        paths = [tmp_path / name for name in ("people.csv", "design.json", "queries.csv")]
        for path, content in zip(paths, (data, design, queries), strict=True):
            path.write_bytes(content)
        try:
            answer = estimate(paths[0], read_design(paths[1]), paths[2])
            write_answer(answer, tmp_path / "answers.csv")
        except SurveyProblem:
            continue
        for row in answer.rows:
            for name in PAIRS:
                low, high = row[f"{name}_lo"], row[f"{name}_hi"]
                assert (low is None) == (high is None), row
                assert low is None or low - 1e-9 <= row["estimate"] <= high + 1e-9, row


def _hostile(draw: random.Random) -> tuple[bytes, bytes, bytes]:
    """A file that is nearly right, with a few things wrong somewhere."""
    wrong = draw.choice(
        ("nothing", "nothing", "cells", "cells", "rows", "bytes", "encoding", "design", "json", "queries", "names")
    )
    names = ["w", "y", "s", "p", "f", "sex"] + ([draw.choice(NAMES) for _ in range(4)] if wrong == "names" else [])
    mark = draw.choice(",,,;\t|")

    def cell(name: str) -> str:
        if wrong == "cells" and draw.random() < 0.03:
            return draw.choice(HOSTILE)
        return {"w": str(draw.randint(0, 3)), "y": draw.choice("01"), "f": "40", "sex": draw.choice("mf")}.get(
            name, str(draw.randint(1, 3))
        )

    def quoted(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if set(text) & set('"\n' + mark) and draw.random() < 0.8 else text

    rows = [[cell(name) for name in names] for _ in range(draw.choice((0, 1, 2, 5, 30, 30, 30, 30)))]
    if wrong == "rows" and rows:
        draw.choice(rows).append("x")
    data = "\n".join(mark.join(map(quoted, row)) for row in (names, *rows)).encode(
        draw.choice(("utf-8-sig", "latin-1", "utf-16")) if wrong == "encoding" else "utf-8", "replace"
    )
    design: dict[str, Any] = {
        "weight": draw.choice(("w", None)),
        "outcome": "y",
        "strata": draw.choice(("s", None)),
        "psu": draw.choice(("p", None)),
        "fpc": draw.choice(("f", None, None)),
        "nest": True,
        "lonely_psu": draw.choice(("fail", "adjust", "average", "certainty")),
    }
    if wrong == "design":
        strange = (1, [], {}, "x", 1e400, True, {"columns": ["w", "p", "s"], "factor": [1, 0.5, 0], "centre": "mean"}, {"columns": [None, {}], "factor": 1}, {"columns": ["w", "p"], "factor": 10**400})  # fmt: skip
        design[draw.choice([*design, "replicates", "zzz"])] = draw.choice(strange)
    text = json.dumps(design)
    if wrong == "json":
        text = draw.choice(("", "[", "{}", "[]", "null", "[" * 100_000, '"x"', text[:-5], "\ufeff" + text))
    domains = ("*", "sex=m", "sex=f", "s=1;p=2", "w=0", "y=1", "sex=", "sex=x")
    strange_domains = ("nope=1", "sex", ";", "=", "sex=m;", "sex='", "*;*", "sex=m=f", "w=inf", "é=é", "", '"')

    def domain() -> str:
        return draw.choice(strange_domains if wrong == "queries" and draw.random() < 0.2 else domains)

    asked = "".join(
        f"{draw.choice(('prop', 'diff', 'did'))},{domain()},{domain()},{domain()},{domain()}\n" for _ in range(4)
    )
    if wrong == "bytes":
        data = draw.randbytes(draw.randint(0, 300))
    return data, text.encode(), ("quantity,dom_a,dom_b,dom_c,dom_d\n" + asked).encode()
