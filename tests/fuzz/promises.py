"""What holds of every file, however it is made: the promises the targets share."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest import mock

from sources.problems import Problem
from sources.reader import InputFile, ReadResult, files, looking, read_files, refusal
from sources.reader.sandbox import SANDBOX, SandboxError
from tests.e2e.ninety.house import CONTRACT, PERIOD

#: Seconds one small file may take here, by far more than it does: what takes longer grows too fast with its size.
SLOW = 5.0
PARTNER = CONTRACT.partner("one")
_CONSTANT = {
    "empty": refusal.EMPTY,
    "type": refusal.WRONG_TYPE,
    "sheet": refusal.XML_SHEET,
    "web_page": refusal.WEB_PAGE,
    "damaged": refusal.DAMAGED,
    "save": refusal.RE_SAVE,
    "password": refusal.PASSWORD,
    "unsafe_xml": refusal.UNSAFE_XML,
    "too_old": refusal.TOO_OLD,
}
#: Every refusal a file alone can meet: its rule and the whole sentence.
_REFUSALS = tuple(
    (rule, re.compile(text, re.DOTALL))
    for rule, text in [
        *((rule, re.escape(text)) for rule, text in _CONSTANT.values()),
        ("zip_bomb", r"The file unpacks to far more than it should \(limit 300 MB\) and was not opened\."),
        ("zip_bomb", r"The file holds more than 5,000 parts and was not opened\."),
        ("too_large", r"The file has [\d,]+ rows; a return may have [\d,]+\."),
        ("too_large", r"Line [\d,]+ has [\d,]+ columns, too many for a return\."),
        ("too_large", r"The used area is too large \(.{1,60}\): delete empty rows and columns\."),
        ("too_large", r"The workbook has [\d,]+ sheets; a return may have [\d,]+\."),
        (
            "too_large",
            r"The file is too large to be read; open it, delete what is not needed, and save it as XLSX\.",
        ),
        ("nul_byte", r"Line \d+ holds a NUL byte, so the file is damaged; save it again as CSV UTF-8\."),
        ("encoding", r"Line \d+ cannot be read as [\w-]+; save the file again as CSV UTF-8\."),
        ("quotation_mark", r"More than 50 lines have a quotation mark that is not closed\."),
        ("no_table", r"No table of SAMPLE was found\. Site visits needs a header row with: .+\."),
        ("no_rows", r"The file has no data rows\. If there is nothing to report, say so instead of .+\."),
        ("period", r"This is a Q[1-4](?: 20\d\d)? return; Q[1-4](?: 20\d\d)? is open\."),
        ("program", r"This is an? .+ return; you chose SAMPLE\."),
        ("version", r"The template must be version 3: download it\."),
        ("partner", r"This is a return of .+; you chose Synthetic partner one\."),
        ("hidden_sheet", r"Sheet .+ is hidden\. Unhide it and hand the file in again\."),
    ]
)


class Broken(AssertionError):
    """A promise is broken."""


def need(promise: object, *about: object) -> None:
    """Raise unless ``promise`` holds."""
    if not promise:
        raise Broken(": ".join(map(str, about)))


def known_refusal(problem: Problem) -> None:
    """A refusal is one of the sentences a partner may read, whole, under its own rule."""
    rule = problem.rule.removeprefix("file.")
    known = any(rule == name and sentence.fullmatch(problem.sentence) for name, sentence in _REFUSALS)
    need(known, "not a known refusal", problem.rule, problem.sentence)


class _Here:
    """Looks at files in this process, where the fuzzer sees what is run; calamine's own parse stays in its fork.

    A workbook's look may fail as damaged values fail, which its fork answers with "save it again"; any other error is
    a slip of ours.
    """

    turns = threading.BoundedSemaphore(1)

    @staticmethod
    def submit(job: str, data: bytes, settings: Mapping[str, Any]) -> Any:
        if job == "parse":
            return SANDBOX.submit("parse", data, settings)
        try:
            answer = (looking.extent if job == "extent" else looking.look)(data, settings)
        except (ValueError, OverflowError, RecursionError) as error:
            if job == "text":
                raise
            raise SandboxError(type(error).__name__, str(error)) from error
        return mock.Mock(result=lambda: answer)


@contextmanager
def in_this_process() -> Iterator[None]:
    """Files are looked at without a fork in between."""
    with mock.patch.object(files, "SANDBOX", _Here):
        yield


def read(name: str, data: bytes) -> ReadResult:
    """What the reader makes of one file."""
    with in_this_process():
        return read_files(CONTRACT, [InputFile(name, data)], partner=PARTNER, period=PERIOD)


def read_within_promises(name: str, data: bytes, *, twice: bool) -> ReadResult:
    """Read one file, and hold what is promised of every file.

    One outcome of three; a refusal is known; what is asked can be answered; problems are sentences about this file; in
    reasonable time; the same bytes twice give the same result.
    """
    started = time.process_time()
    result = read(name, data)
    need(time.process_time() - started < SLOW, "slow", f"{len(data):,} bytes")
    need(result.outcome in ("read", "ask", "refused"), "outcome", result.outcome)
    if result.outcome == "refused":
        need(len(result.problems) == 1, "a refusal has one reason", result.problems)
        known_refusal(result.problems[0])
    if result.outcome == "ask":
        need(result.questions, "asks nothing")
        for question in result.questions:
            need(len(question.options) > 1, "a question without a choice", question.sentence)
    for problem in result.problems:
        need(problem.sentence.strip(), "a problem without words", problem.rule)
        odd = re.search(r"Traceback|object at 0x|\w+Error\b|\w+Exception\b", problem.sentence)
        need(odd is None or odd[0].encode() in data, "a word from the inside of the program", problem.sentence)
    if twice:
        need(shown(result) == shown(read(name, data)), "the same bytes read otherwise the second time")
    return result


def shown(result: ReadResult) -> list[Any]:
    """Everything a result says, to be compared."""
    tables = [(name, table.frame.to_csv(), table.raw, table.headers) for name, table in result.tables.items()]
    return [result.outcome, result.problems, result.questions, result.ignored, result.meta, tables]
