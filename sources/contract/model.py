"""The small frozen contract the rest of the house works with.

A contract file is Open Data Contract Standard YAML; :mod:`sources.contract.load` checks it and turns
it into these classes, which hold only what the warehouse supports.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

from sources import periods
from sources.problems import Severity

Kind = Literal["text", "code", "integer", "decimal", "money", "percent", "date", "boolean"]
#: Which quarters owe a return: every one, the fourth ones, or those a partner lists as waves.
PeriodKind = Literal["quarter", "year", "wave"]


@dataclass(frozen=True)
class Code:
    """One allowed value of a code list: stored ``code``, shown ``label``, accepted ``synonyms``."""

    code: str
    label: str
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True)
class CodeList:
    """A closed list of codes; ``id`` is the shared list's name or ``program.table.column``."""

    id: str
    codes: tuple[Code, ...]
    shared: bool = False

    def code_values(self) -> tuple[str, ...]:
        """The stored codes in list order."""
        return tuple(code.code for code in self.codes)

    def labels(self) -> tuple[str, ...]:
        """The labels in list order, as a drop-down shows them."""
        return tuple(code.label for code in self.codes)


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes:
        kind: How a cell is cast and stored. ``money`` is DECIMAL(18,2); ``percent`` is stored in
            points (47 for 47 %); ``integer`` is int64; ``decimal`` is double.
        interval: The column accepts ``<5``; its typed frame has ``<name>_low`` and ``<name>_high``
            besides ``<name>``, which is missing where low and high differ.
        multiple: A cell holds several codes separated by ``;`` or ``,``; stored joined by ``;``, sorted.
        personal: Personal-data class, ``None`` where the column holds none.
    """

    name: str
    label: str
    kind: Kind
    description: str
    synonyms: tuple[str, ...] = ()
    required: bool = False
    key: bool = False
    unit: str | None = None
    codes: CodeList | None = None
    multiple: bool = False
    interval: bool = False
    minimum: float | None = None
    maximum: float | None = None
    pattern: str | None = None
    max_length: int | None = None
    personal: str | None = None
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """A rule over rows, tables or periods, declared in a contract's ``quality`` list.

    Attributes:
        id: ``program.table.column.rule`` (``column`` is ``_row`` where a rule spans columns).
        kind: Name of the rule function in ``expectations.rules``.
        severity: error, warning or info.
        columns: Columns the rule points at when it fails (the first is marked).
        params: What the rule function needs, from the contract.
        description: Guidance in words, shown in the template and the rule page.
    """

    id: str
    kind: str
    severity: Severity
    columns: tuple[str, ...]
    description: str
    params: dict[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Table:
    """One table of a return. ``description`` opens with its grain: *One row per …*."""

    name: str
    label: str
    description: str
    columns: tuple[Column, ...]
    rules: tuple[Rule, ...] = ()
    optional: bool = False

    @property
    def key(self) -> tuple[str, ...]:
        """Names of the key columns, in order."""
        return tuple(column.name for column in self.columns if column.key)

    def column(self, name: str) -> Column:
        """The column called ``name``. Raises ``KeyError`` where there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


@dataclass(frozen=True)
class Partner:
    """Who reports a program, since when, and how their files are written.

    Attributes:
        since: First period they owe, such as ``2023-Q2``; ``until`` the last one, or ``None``.
        waves: The quarters they owe a wave for, in order; of programs reported by wave only.
        decimal: Their decimal separator in text numbers, ``"."`` or ``","``; ``None`` when not declared.
        day_first: Their date order in text dates; ``None`` when not declared.
        encoding: Declared legacy encoding of their csv files.
        synthetic: True for invented partners; everything they touch is marked *synthetic sample*.
    """

    code: str
    name: str
    program: str
    country: str
    since: str
    until: str | None = None
    waves: tuple[str, ...] = ()
    decimal: str | None = None
    day_first: bool | None = None
    encoding: str | None = None
    synthetic: bool = False


@dataclass(frozen=True)
class Target:
    """What an indicator should reach by the end of a year; ``basis`` is published or assumed."""

    indicator: str
    year: int
    value: Decimal
    basis: str


@dataclass(frozen=True)
class Contract:
    """Everything of one program that the reader, the judge and the warehouse need to know.

    Attributes:
        period_kind: A program of kind ``year`` owes the fourth quarters, one of kind ``wave`` the quarters its partners
            list.
        indicators: Codes of the program's indicators.
        targets: Their targets as the program's folder states them; approved changes are in the log.
    """

    program: str
    title: str
    version: str
    description: str
    reported_by: str
    tables: tuple[Table, ...]
    partners: tuple[Partner, ...] = ()
    period_kind: PeriodKind = "quarter"
    deadline_days: int = 30
    quarantine: bool = False
    owner: str = ""
    limitations: str = ""
    indicators: tuple[str, ...] = ()
    targets: tuple[Target, ...] = ()
    sha256: str = ""

    @cached_property
    def reading_sha256(self) -> str:
        """Hash of the contract file and the code lists, which lie beside it: how a return of any partner is read."""
        lists = [repr(column.codes) for table in self.tables for column in table.columns if column.codes is not None]
        return hashlib.sha256("\n".join([self.sha256, *lists]).encode()).hexdigest()

    @cached_property
    def ways_of_writing(self) -> dict[str, str]:
        """Decimal sign, date order and encoding by the code of each partner that declared one of them."""
        declared = {item.code: (item.decimal, item.day_first, item.encoding) for item in self.partners}
        return {code: repr(ways) for code, ways in declared.items() if any(way is not None for way in ways)}

    def owes(self, partner: Partner, period: str) -> bool:
        """Whether the partner owes a return for the quarter: while it reports, and by how the program is reported."""
        if not partner.since <= period <= (partner.until or period):
            return False
        if self.period_kind == "year":
            return period.endswith("Q4")
        return self.period_kind == "quarter" or period in partner.waves

    def last_owed(self, partner: Partner, up_to: str) -> str | None:
        """The last quarter up to ``up_to`` that the partner owes a return for; ``None`` where there is none."""
        return max(
            (period for period in periods.between(partner.since, up_to) if self.owes(partner, period)), default=None
        )

    @property
    def major(self) -> int:
        """Major version; a changed meaning raises it."""
        return int(self.version.split(".")[0])

    def table(self, name: str) -> Table:
        """The table called ``name``. Raises ``KeyError`` where there is none."""
        for table in self.tables:
            if table.name == name:
                return table
        raise KeyError(name)

    def partner(self, code: str) -> Partner:
        """The partner with ``code``. Raises ``KeyError`` where there is none."""
        for partner in self.partners:
            if partner.code == code:
                return partner
        raise KeyError(code)
