"""Matching cells to a code list by code, label or synonym, written as people write them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from sources.contract.model import CodeList
from sources.reader.issues import Issue
from sources.reader.text import closest, is_missing, latin_look, normal

#: Longer texts are no code beside its label, nor worth looking for the closest one.
_LONG = 300
#: More parts than this are not tried as labels that hold a separator.
_PARTS = 40
_SEPARATORS = ("\n", ";", "|", ",", "/")
_BESIDE = re.compile(r"^(.*?)\s*(?:[–—:=]|\s-\s|\()\s*([^()]*?)\)?$")


class Codes:
    """Look-up of one code list."""

    def __init__(self, codes: CodeList) -> None:
        self.labels = codes.labels()
        self._codes: dict[str, str] = {}
        for texts in (
            [(code.code, code.code) for code in codes.codes],
            [(code.label, code.code) for code in codes.codes],
            [(synonym, code.code) for code in codes.codes for synonym in code.synonyms],
        ):
            for text, code in texts:
                self._codes.setdefault(normal(text) or text.strip(), code)

    @staticmethod
    @lru_cache(maxsize=256)
    def of(codes: CodeList) -> Codes:
        """The look-up of a list, built once."""
        return Codes(codes)

    def find(self, text: str) -> str | None:
        """The code a text stands for: a code, label or synonym, or a code beside its own label."""
        found = self._codes.get(normal(text) or text.strip())
        if found is not None:
            return found
        beside = _BESIDE.match(text.strip()) if len(text) < _LONG else None
        if beside is not None:
            first, second = self._codes.get(normal(beside[1])), self._codes.get(normal(beside[2]))
            return first if first == second else None
        return None

    def match(self, value: Any, *, multiple: bool, hint: bool = True) -> str | Issue | None:
        """The stored code of a cell, several joined by ``;`` and sorted, or why there is none.

        Args:
            hint: Look for the closest label of an unknown value; that takes its time.
        """
        text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
        found = self.find(text)
        if found is not None:
            return found
        if is_missing(text):
            return None
        if not multiple:
            return self._unknown(text, hint=hint)
        codes: set[str] = set()
        unknown = self._split(text, codes, 0)
        return self._unknown(unknown, text, hint=hint) if unknown is not None else ";".join(sorted(codes)) or None

    def _split(self, text: str, codes: set[str], level: int) -> str | None:
        """Add the codes of ``text``; give back the first part that is none. Labels may hold separators."""
        text = text.strip()
        found = self.find(text)
        if not text or found is not None:
            codes.update([found] if found is not None else [])
            return None
        for index in range(level, len(_SEPARATORS)):
            if _SEPARATORS[index] in text:
                parts = self._grouped(text.split(_SEPARATORS[index]), _SEPARATORS[index])
                for part in parts:
                    unknown = self._split(part, codes, index + 1)
                    if unknown is not None:
                        return unknown
                return None
        return text

    def _grouped(self, parts: list[str], separator: str) -> list[str]:
        """Join neighbouring parts that together are one label, the longest first."""
        if len(parts) > _PARTS:
            return parts
        grouped: list[str] = []
        start = 0
        while start < len(parts):
            for end in range(len(parts), start + 1, -1):
                joined = separator.join(parts[start:end])
                if self.find(joined) is not None:
                    grouped.append(joined)
                    start = end
                    break
            else:
                grouped.append(parts[start])
                start += 1
        return grouped

    def _unknown(self, part: str, whole: str = "", *, hint: bool = True) -> Issue:
        short = part.strip()[:60] if whole and part.strip() != whole.strip() else ""
        looks = self.find(latin_look(part)) if latin_look(part) != part else None
        if looks is not None:
            detail = f"It looks like “{latin_look(part).strip()}”, but with letters of another alphabet. Type it again."
            return Issue("in_list", detail, part=short)
        near = closest(part, self.labels) if hint and len(part) < _LONG else None
        return Issue("in_list", f"Did you mean “{near}”?" if near is not None else "", part=short)
