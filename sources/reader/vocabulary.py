"""Every header a contract knows, in every way people write it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sources.contract.model import Contract
from sources.reader.text import normal

_UNIT = re.compile(r"\s*[\(\[][^()\[\]]*[\)\]]\s*\*?$|\s*\*+$")


_NOTHING: Mapping[str, str] = MappingProxyType({})


class Vocabulary:
    """Every header a contract knows, normalised, and those a person confirmed for a partner.

    Args:
        contract: The contract.
        answers: Settled questions; ``columns.<table>.<column>`` holds the header of a column.

    Attributes:
        confirmed: Column by confirmed header, by table. Where such a header stands in a file, no other header is
            taken for its column.
    """

    def __init__(self, contract: Contract, answers: Mapping[str, str] = _NOTHING) -> None:
        self.contract = contract
        self.confirmed: dict[str, dict[str, str]] = {}
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
            for column in table.columns:
                header = answers.get(f"columns.{table.name}.{column.name}", "")
                if normal(header) and header != "none":
                    self.confirmed.setdefault(table.name, {})[normal(header)] = column.name
                    words[normal(header)] = column.name
                    self.variants.update((header, header.lower(), header.upper(), header.title(), header.capitalize()))
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
