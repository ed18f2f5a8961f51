"""What a file's name tells: whether it is a return at all, whether it is finished, and its quarter."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from sources import periods
from sources.reader.gate import quarters_named

if TYPE_CHECKING:
    from collections.abc import Sequence

ANSWERS = "answers"
DONE = ".done"
VERDICT = ".verdict.txt"
#: Beginnings and endings that programs give to files they still write, or keep for themselves.
_BEGINNINGS = (".", "~$", "~", "#")
_ENDINGS = (
    ".part",
    ".partial",
    ".tmp",
    ".temp",
    ".filepart",
    ".crdownload",
    ".download",
    ".uploading",
    ".swp",
    ".lock",
    ".bak",
    "~",
    DONE,
    VERDICT,
)
_OTHERS = frozenset({"thumbs.db", "desktop.ini"})
_YEAR = re.compile(r"(?<!\d)(20\d{2})(?!\d)")


def is_file_name(name: str) -> bool:
    """Whether a name names one file and leads nowhere else."""
    return name not in ("", ".", "..") and not any(character in name for character in "/\\\0")


def is_ignored(name: str) -> bool:
    """Whether a file is none of ours: half written, hidden, or put there by a program."""
    folded = name.casefold()
    return not is_file_name(name) or folded.startswith(_BEGINNINGS) or folded.endswith(_ENDINGS) or folded in _OTHERS


def fits(name: str, pattern: Sequence[str]) -> bool:
    """Whether a name fits one of the shell patterns; upper and lower case are the same."""
    return any(fnmatchcase(name.casefold(), one.casefold()) for one in pattern)


def is_quarter_folder(name: str) -> bool:
    """Whether a folder is named after one quarter, such as ``2026-Q3`` or ``Q3 2026``."""
    return is_file_name(name) and not name.startswith(".") and quarter_of(name) is not None


def quarter_of(text: str, *, yearly: bool = False) -> str | None:
    """The one quarter a file or folder name says, such as ``HEAL_2026-Q3_v2.xlsx``; ``None`` for none or several.

    Args:
        yearly: The program reports once a year, so that a year alone means its fourth quarter.
    """
    words = re.sub(r"[_.()\[\]+]+", " ", text)
    named = {quarter for quarter in quarters_named(words) if _known(quarter)}
    if not named and yearly:
        named = {f"{year}-Q4" for year in _YEAR.findall(words) if _known(f"{year}-Q4")}
    return named.pop() if len(named) == 1 else None


def _known(quarter: str) -> bool:
    return periods.FIRST_PERIOD <= quarter <= periods.LAST_PERIOD
