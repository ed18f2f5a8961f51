"""A submission and its problems → one file to give back."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from expectations.marking import fix_list, targets
from expectations.marking.package import Unmarkable
from expectations.marking.separate import separate_fix_list
from expectations.marking.workbook import marked_workbook
from sources.problems import Problem
from sources.reader import InputFile
from sources.reader.prescan import Container, check_xml, open_container
from sources.reader.reader import display_names
from sources.reader.refusal import Refused

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLSM = "application/vnd.ms-excel.sheet.macroEnabled.12"
ZIP = "application/zip"
_SUFFIX = re.compile(r"\.(?:xls[xmb]?|ods|csv|tsv|tab|txt)$", re.IGNORECASE)


@dataclass(frozen=True)
class Marked:
    """What a partner gets back.

    Attributes:
        name: File name to save it under.
        data: Its bytes.
        media_type: For the ``Content-Type`` of a download.
        kind: ``marked``: their own workbook (or a zip of several) with marks; ``fix_list``: a list of its own.
        why: Why a file was not marked, in a sentence; ``None`` where all were.
    """

    name: str
    data: bytes
    media_type: str
    kind: Literal["marked", "fix_list"]
    why: str | None = None


def mark(files: Sequence[InputFile], problems: Sequence[Problem]) -> Marked:
    """Mark a submission.

    Args:
        files: The files as they were handed in.
        problems: The verdict's problems, in its order.

    Returns:
        The marked workbook; for several files a zip with all of them, those with problems marked; a Fix list of its
        own where marking would lose something.

    Raises:
        ValueError: There is no file.
    """
    if not files:
        raise ValueError("no file to mark")
    told = targets.to_tell(problems)
    named = display_names(files)
    shares = _shares(named, told)
    marked: dict[str, tuple[bytes, str]] = {}
    reasons: dict[str, str] = {}
    for name, data in named:
        if len(named) > 1 and not shares[name]:
            continue
        try:
            container = _open(name, data)
            marked[name] = marked_workbook(container, shares[name]), container.kind
        except Unmarkable as cannot:
            reasons[name] = str(cannot)
    why = _why(reasons, several=len(named) > 1)
    if not marked:
        why = why or "There is nothing to mark."
        data = _separate(shares, list(reasons) or [name for name, _ in named], why)
        return Marked(f"{_stem(named[0][0])} (fix list).xlsx", data, XLSX, "fix_list", why)
    if len(named) == 1:
        (data, kind), *_ = marked.values()
        suffix, media_type = ("xlsm", XLSM) if kind == "xlsm" else ("xlsx", XLSX)
        return Marked(f"{_stem(named[0][0])} (marked).{suffix}", data, media_type, "marked")
    return Marked("marked files.zip", _zip(named, marked, shares, reasons, why), ZIP, "marked", why)


def _open(name: str, data: bytes) -> Container:
    try:
        container = open_container(name, data)
        check_xml(container)
    except Refused as refused:
        sentence = f"The file could not be opened, so it was not marked. {refused.problem.sentence}"
        raise Unmarkable(sentence) from refused
    return container


def _shares(named: Sequence[tuple[str, bytes]], problems: Sequence[Problem]) -> dict[str, list[Problem]]:
    """Problems by file; what belongs to no file stands with the first."""
    shares: dict[str, list[Problem]] = {name: [] for name, _ in named}
    first = named[0][0]
    for problem in problems:
        shares[problem.file if problem.file in shares else first].append(problem)
    return shares


def _why(reasons: Mapping[str, str], *, several: bool) -> str | None:
    if not reasons:
        return None
    if not several:
        return next(iter(reasons.values()))
    return " ".join(f"{name}: {reason}" for name, reason in reasons.items())


def _separate(shares: Mapping[str, list[Problem]], names: Sequence[str], why: str) -> bytes:
    problems = [problem for name in names for problem in shares[name]]
    counts = Counter(problem.severity for problem in problems)
    lines = [(name, line) for name in names for line in targets.lines(shares[name])]
    told = sum(min(len(shares[name]), targets.CAUSES) for name in names)
    return separate_fix_list(lines, fix_list.summary(counts, told, coloured=False), why)


def _zip(
    named: Sequence[tuple[str, bytes]],
    marked: Mapping[str, tuple[bytes, str]],
    shares: Mapping[str, list[Problem]],
    reasons: Mapping[str, str],
    why: str | None,
) -> bytes:
    buffer = io.BytesIO()
    stamp = (2023, 1, 1, 0, 0, 0)
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in named:
            archive.writestr(zipfile.ZipInfo(name, stamp), marked[name][0] if name in marked else data)
        if reasons:
            content = _separate(shares, list(reasons), why or "")
            archive.writestr(zipfile.ZipInfo("Fix list.xlsx", stamp), content)
    return buffer.getvalue()


def _stem(name: str) -> str:
    """The name without its ending and without what an earlier marking put there."""
    return re.sub(r" \((?:marked|fix list)\)$", "", _SUFFIX.sub("", name)) or "return"
