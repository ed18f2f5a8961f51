"""Every header a contract knows, in every way people write it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sources.contract.model import Contract
from sources.reader.text import normal

_UNIT = re.compile(r"\s*[\(\[][^()\[\]]*[\)\]]\s*\*?$|\s*\*+$")


class Vocabulary:
    """Every header a contract knows, normalised."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.by_table: dict[str, dict[str, str]] = {}
        self.variants: set[str] = set()
        for table in contract.tables:
            words = self.by_table.setdefault(table.name, {})
            levels: list[list[tuple[str, str]]] = [
                [(column.label, column.name) for column in table.columns],
                [(column.name, column.name) for column in table.columns],
                [(synonym, column.name) for column in table.columns for synonym in column.synonyms],
            ]
            for level in levels:
                for text, name in level:
                    words.setdefault(normal(text), name)
                    self.variants.update((text, text.lower(), text.upper(), text.title(), text.capitalize()))
            words.pop("", None)
        self._seen: dict[str, dict[str, str]] = {}
        self.words = {word for words in self.by_table.values() for word in words}

    def known(self, record: Sequence[Any]) -> int:
        """How many different headers of one table a record shows, at most."""
        texts = {normal(value) for value in record if isinstance(value, str) and 0 < len(value) < 120}
        return max((len({words[text] for text in texts & words.keys()}) for words in self.by_table.values()), default=0)

    def columns(self, text: str) -> dict[str, str]:
        """The column a header names, by table; with or without a unit in brackets behind it."""
        found = self._seen.get(text)
        if found is None:
            forms = [normal(text)]
            shorter = _UNIT.sub("", text)
            if shorter != text:
                forms.append(normal(shorter))
            found = {}
            for form in forms:
                if form in self.words:
                    for table, words in self.by_table.items():
                        if form in words:
                            found.setdefault(table, words[form])
            self._seen[text] = found
        return found
