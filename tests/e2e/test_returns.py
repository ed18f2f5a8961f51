"""Whole returns end to end: every sample gets its verdict, planted mistakes their sentences, the rest a refusal."""

from __future__ import annotations

import hashlib
import importlib
import io
import json
import os
import struct
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import xlsxwriter

from expectations.desk import Desk, Outcome
from expectations.verdict import Verdict
from sources.contract.load import load_all
from sources.log.state import LedgerState
from sources.problems import Problem
from sources.reader import InputFile
from sources.samples.generate import generate
from sources.samples.model import Planted, SampleReturn
from sources.settings import Settings

IMPACT = str(Path(sys.executable).with_name("impact"))
PLANTED_IN = {
    "heal": ("sample_heal", "2026-Q3"),
    "cheer": ("sample_cheer_west", "2025-Q2"),
    "community_of_practice": ("sample_community_of_practice", "2025-Q3"),
    "career_academy": ("sample_career_academy", "2025-Q4"),
    "first_5_minutes": ("sample_first_5_minutes", "2025-Q3"),
    "nextgen_scholarships": ("sample_nextgen_brazil", "2026-Q2"),
}
#: What the data officer of ``sample_heal`` reads about the planted 2026-Q3 workbook, in this order.
HEAL_SENTENCES = [
    "Sheet Interventions, rows 10 and 11: “Intervention ID” HEAL-006 appears twice. Give each intervention one row.",
    "Sheet Interventions, I14: a grant needs its currency. Type three letters, for example USD.",
    "Sheet Interventions, I15: there is no euro rate for KES on 30 September 2026 or in the days before. "
    "Ask your program lead to put a sourced rate on file, or give the amount in another currency.",
    "Sheet Interventions, H18: “Grant paid this quarter” cannot be below 0, but here it is −6,000. Type 0 or more.",
    "Sheet Interventions, J12:J13: the cells show #DIV/0! and #REF!. Correct the formulas, or type the values.",
    "Sheet Interventions, J7: “about 120” is not one exact number. Type the number itself, for example 120.",
    "Sheet Interventions, K11: “People trained” cannot be below 0, but here it is −3. Type a number from 0 to 200,000.",
    "Sheet Interventions, K16: “3.5” is not a whole number. Type a whole number, for example 14.",
    "Sheet Survey feedback, D7: 4,000 patients named the barrier but only 137 were asked. Correct one of the two.",
    "Sheet Survey feedback, C9: “Patients asked” is empty. Type a number, for example 85.",
    "Sheet Interventions, D6: “XX” is not in the list of “State”. Type two letters, for example MI.",
    "Sheet Interventions, F8: “Bad weather” is not in the list of “Barrier addressed”. "
    "Choose from the list, for example “Cost of care or medicines”.",
    "Sheet Survey feedback, A12: “Everyone” is not in the list of “Population group”. "
    "Choose from the list, for example “Indigenous”.",
    "Sheet Interventions, C9: “City” is empty. Fill it in, for example Detroit.",
    "Sheet Interventions, A17: “?HEAL-14” is not how “Intervention ID” is written. Write it like HEAL-001.",
    "Sheet Interventions, B18: “Intervention” has 293 characters; at most 200 are allowed. Shorten the text.",
]


class Through(NamedTuple):
    """All samples handed in, in the order of receipt."""

    verdicts: list[tuple[SampleReturn, Verdict | None]]
    state: LedgerState

    def planted(self, program: str) -> Verdict:
        """The verdict on the return of a program that holds the planted mistakes."""
        wanted = (program, *PLANTED_IN[program])
        found = [
            verdict
            for item, verdict in self.verdicts
            if (item.program, item.partner, item.period) == wanted and item.expect != "accepted"
        ]
        (verdict,) = found
        assert verdict is not None
        return verdict


@pytest.fixture(scope="module")
def through(tmp_path_factory: pytest.TempPathFactory) -> Through:
    folder = tmp_path_factory.mktemp("returns")
    now = datetime(2023, 1, 1, 12, tzinfo=UTC)
    desk = Desk(Settings.at(folder / "data"), load_all(), lambda: now)
    verdicts: list[tuple[SampleReturn, Verdict | None]] = []
    for item in generate(folder / "samples"):
        now = datetime.combine(item.received_on, now.timetz())
        place = {"partner": item.partner, "program": item.program, "period": item.period}
        if item.expect == "nil":
            desk.nil(**place, who=item.partner, why=item.note)
            verdicts.append((item, None))
            continue
        files = [InputFile(path.name, path.read_bytes()) for path in item.files]
        outcome = desk.submit(files, **place, who=item.partner, reason=item.reason, reason_code=item.reason_code)
        verdicts.append((item, outcome.verdict))
    return Through(verdicts, desk.state())


def test_every_sample_return_gets_its_verdict(through: Through) -> None:
    wrong = [
        (item.program, item.partner, item.period, item.expect, verdict.state, [p.sentence for p in verdict.problems])
        for item, verdict in through.verdicts
        if verdict is not None and verdict.state != item.expect
    ]
    assert wrong == []
    assert len(through.verdicts) > 80
    expected = {item.expect for item, _ in through.verdicts}
    assert expected == {"accepted", "accepted_with_warnings", "partially_accepted", "returned", "nil"}
    declared = {(nil.partner, nil.program, nil.period) for nil in through.state.nils.values()}
    assert declared == {
        (item.partner, item.program, item.period) for item, _ in through.verdicts if item.expect == "nil"
    }


def test_a_good_sample_return_is_told_nothing_but_notices(through: Through) -> None:
    for item, verdict in through.verdicts:
        if verdict is not None and item.expect == "accepted":
            assert {problem.severity for problem in verdict.problems} <= {"info"}, (item.partner, item.period)


def _planted(program: str) -> list[Planted]:
    return list(importlib.import_module(f"sources.programs.{program}.sample").PLANTED)


def _cells(problem: Problem) -> set[tuple[str, str, str]]:
    """Rule, sheet (the file's first word for csv) and cell of a problem, as :class:`Planted` names them."""
    sheet = problem.sheet or (problem.file or "").split()[0]
    cells = set()
    for cell in problem.cells:
        line, _, letter = cell.removeprefix("line ").partition(", column ")
        cells.add((problem.rule, sheet, f"{letter}{line}" if letter else cell))
    return cells


@pytest.mark.parametrize("program", PLANTED_IN)
def test_planted_mistakes_are_found_at_their_cells_and_nothing_else_is_an_error(through: Through, program: str) -> None:
    verdict = through.planted(program)
    planted = {(item.rule, item.sheet, item.cell) for item in _planted(program)}
    told = set().union(*(_cells(problem) for problem in verdict.problems if problem.severity == "error"))
    assert planted <= told
    #: A repeated key is told at every row that has it.
    assert {place for place in told - planted if not place[0].endswith("unique_key")} == set()


def test_every_sentence_of_the_planted_heal_return_word_for_word(through: Through) -> None:
    assert [problem.sentence for problem in through.planted("heal").problems] == HEAL_SENTENCES


# Through the command line.


class Answer(NamedTuple):
    """What a command gave."""

    code: int
    text: str
    data: Path

    def verdict(self) -> dict[str, Any]:
        """The JSON it printed."""
        return dict(json.loads(self.text))

    def kept(self, content: bytes) -> bool:
        """Whether the bytes lie in the landing zone under their hash."""
        path = self.data / "landing" / "originals" / hashlib.sha256(content).hexdigest()
        return path.is_file() and path.read_bytes() == content


def submit(folder: Path, name: str, content: bytes, *more: str, **place: str) -> Answer:
    """``impact submit`` of one file for ``sample_heal``, 2026-Q3, unless told otherwise."""
    (folder / "handed in").mkdir(exist_ok=True)
    path = folder / "handed in" / name
    path.write_bytes(content)
    where = {"partner": "sample_heal", "program": "heal", "period": "2026-Q3", **place}
    options = [part for key, value in where.items() for part in (f"--{key}", value)]
    env = {**os.environ, "IMPACT_DATA": str(folder / "data"), "IMPACT_USER": "ana", "COLUMNS": "140"}
    done = subprocess.run(
        [IMPACT, "submit", str(path), *options, *more], env=env, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stdout + done.stderr, done.stderr
    return Answer(done.returncode, done.stdout, folder / "data")


def ole_with(*streams: str) -> bytes:
    """An OLE container with empty streams of these names: how Excel wraps a workbook with a password."""
    free, end, fat = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<I", 0)
    head += struct.pack("<I", free) * 108

    def entry(name: str, kind: int, child: int, right: int) -> bytes:
        text = name.encode("utf-16-le")
        value = text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text) + 2, kind, 1, free, right, child)
        return value + bytes(36) + struct.pack("<IQ", end, 0)

    entries = [entry("Root Entry", 5, 1, free)]
    for number, name in enumerate(streams, 1):
        entries.append(entry(name, 2, free, number + 1 if number < len(streams) else free))
    entries += [bytes(128)] * (4 - len(entries))
    return head + struct.pack("<II", fat, end) + struct.pack("<I", free) * 126 + b"".join(entries)


ROWS: dict[str, dict[str, Any]] = {
    "interventions": {
        "intervention_id": "S-1",
        "intervention_name": "Synthetic sample: asthma plans",
        "city": "Flint",
        "state_code": "MI",
        "population_groups": "Hispanic or Latino",
        "barrier_code": "Cost of care or medicines",
        "stage": "Running",
        "grant_amount": 25000,
        "grant_currency": "USD",
        "people_reached": 120,
        "people_trained": "<5",
    },
    "survey_feedback": {
        "population_group": "Hispanic or Latino",
        "barrier_code": "Cost of care or medicines",
        "responses_count": 85,
        "mentions_count": 31,
    },
}


def heal_workbook(title: str, tables: Sequence[str] = tuple(ROWS), **changes: object) -> bytes:
    """A return with one row per table and a title above each."""
    contract = load_all()["heal"]
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"in_memory": True}) as book:
        for table in (contract.table(name) for name in tables):
            sheet = book.add_worksheet(table.label[:31])
            row = {**ROWS[table.name], **changes}
            sheet.write(0, 0, title)
            sheet.write_row(2, 0, [column.label for column in table.columns])
            sheet.write_row(3, 0, [row[column.name] for column in table.columns])
    return sink.getvalue()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("line")


@pytest.fixture(scope="module")
def cheer_return(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    from sources.programs.cheer import sample

    returns = sample.returns(tmp_path_factory.mktemp("cheer"), 1)
    (item, *_) = [item for item in returns if len(item.files) == 1 and item.files[0].suffix == ".xlsx"]
    return item.files[0].read_bytes()


REFUSED = {
    "pdf": ("report.pdf", "The selected file must be an XLSX, ODS or CSV."),
    "empty": ("heal.xlsx", "The selected file is empty."),
    "encrypted": ("heal locked.xlsx", "The selected file is password protected."),
    "cheer": ("roundtables.xlsx", "This is a CHEER return; you chose HEAL."),
    "quarter": ("heal Q2.xlsx", "This is a Q2 2026 return; Q3 is open."),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_this_return_is_refused_in_one_sentence_and_kept(
    place: Path, cheer_return: bytes, case: str
) -> None:
    contents = {
        "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\nsynthetic sample",
        "empty": b"",
        "encrypted": ole_with("EncryptedPackage", "EncryptionInfo"),
        "cheer": cheer_return,
        "quarter": heal_workbook("Synthetic sample: HEAL quarterly return, Q2 2026"),
    }
    name, sentence = REFUSED[case]
    answer = submit(place, name, contents[case], "--json")
    assert answer.code == 3, answer.text
    verdict = answer.verdict()
    assert verdict["state"] == "refused"
    assert [problem["sentence"] for problem in verdict["problems"]] == [sentence]
    assert answer.kept(contents[case])


def test_a_good_return_ends_with_0_and_a_receipt(place: Path) -> None:
    content = heal_workbook("Synthetic sample: HEAL quarterly return, Q3 2026")
    answer = submit(place, "heal Q3.xlsx", content)
    assert answer.code == 0, answer.text
    assert answer.text.startswith("Accepted: heal Q3.xlsx\nRows loaded: 1 in interventions and 1 in survey feedback.\n")
    assert f"  SHA-256    {hashlib.sha256(content).hexdigest()}" in answer.text
    assert answer.kept(content)


def test_a_return_with_a_mistake_ends_with_1_and_says_what_to_type(place: Path) -> None:
    content = heal_workbook("Synthetic sample", people_reached="many")
    answer = submit(place, "heal.xlsx", content, period="2026-Q2")
    assert answer.code == 1, answer.text
    assert "Returned: nothing was loaded: heal.xlsx" in answer.text
    assert "- Sheet Interventions, J4: “many” is not a number. Type digits only, for example 120.\n" in answer.text


def test_a_return_that_can_be_read_in_two_ways_ends_with_4_and_one_question(place: Path) -> None:
    row = {**ROWS["interventions"], "city": "Тбилиси"}
    labels = [column.label for column in load_all()["heal"].table("interventions").columns]
    content = "\n".join([",".join(labels), ",".join(map(str, row.values()))]).encode("cp1251")
    answer = submit(place, "interventions.csv", content, "--json", period="2026-Q1")
    assert answer.code == 4, answer.text
    verdict = answer.verdict()
    assert [question["sentence"] for question in verdict["questions"]] == [
        "File interventions.csv is not Unicode, and its letters can be read in more than one way. Which one looks right?"
    ]
    assert ["cp1251", "Cyrillic (Windows): Тбилиси"] in verdict["questions"][0]["options"]
    assert (verdict["state"], verdict["problems"]) == ("needs_answer", [])
    assert answer.kept(content)


def test_a_correction_of_one_table_may_come_alone_once_the_other_counts(tmp_path: Path) -> None:
    desk = Desk(Settings.at(tmp_path), load_all(), lambda: datetime(2026, 10, 20, 9, tzinfo=UTC))

    def hand_in(content: bytes) -> Outcome:
        files = [InputFile("heal.xlsx", content)]
        return desk.submit(files, partner="sample_heal", program="heal", period="2026-Q3", who="ana")

    alone = hand_in(heal_workbook("Synthetic sample", ["interventions"])).verdict
    assert (alone.state, [problem.sentence for problem in alone.problems]) == (
        "returned",
        ["The table “Patient survey feedback” was not found. Add it, as in the template."],
    )
    whole = hand_in(heal_workbook("Synthetic sample"))
    correction = hand_in(heal_workbook("Synthetic sample", ["interventions"], people_reached=130))
    assert (correction.verdict.state, correction.verdict.row_counts) == ("accepted", {"interventions": 1})
    assert [problem.sentence for problem in correction.verdict.problems] == [
        "“Patient survey feedback” is not in this return. What was handed in for it before "
        f"(receipt {whole.submission_id}) still counts."
    ]
    counting = {key[3]: submission for key, submission in desk.state().counting().items()}
    assert counting == {"interventions": correction.submission_id, "survey_feedback": whole.submission_id}
    assert not any(item.changed for item in desk.revalidate(who="lead", dry_run=True))
