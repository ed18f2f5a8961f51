"""The catalogue of rules: every kind of problem this house can tell, as data.

``catalogue.yaml`` holds one entry per kind: what it checks, who mends it, how grave it is, what it says with an
example word for word, and what to do. Each has a test file of its own; a test compares the file with what the
code can tell.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from sources.contract.model import Contract
from sources.contract.render import BY
from sources.lean_imports import ADDRESSES, imported_without

FILE = Path(__file__).with_name("catalogue.yaml")
SCHEMA = Path(__file__).with_name("catalogue.schema.json")
#: Families in the order the page shows them, with what they have in common.
FAMILIES: Mapping[str, tuple[str, str]] = {
    "file": ("The file", "Whether the file can be opened safely, and is what was chosen to be handed in."),
    "gate": ("Who, what and when", "Whether this return is asked for now. Said before the file is opened."),
    "layout": (
        "Tables and columns",
        "Whether the tables and columns of the return are found, and nothing is overlooked.",
    ),
    "cell": ("Cells", "Whether a cell holds what its column wants. The contract says what each column wants."),
    "contract": (
        "Every column and table",
        "What each contract says of its columns and tables without declaring a rule.",
    ),
    "declared": (
        "Rules across columns, rows, tables and quarters",
        "What a contract declares besides; severity is its own.",
    ),
}
_MENDS = {"entry": "who typed it", "interpretation": "who built or chose the file"}


@dataclass(frozen=True)
class CataloguedRule:
    """One kind of rule.

    Attributes:
        id: ``file.<rule>``, or the last part of the ids of its problems (of declared rules: their kind).
        mends: Who mends it: ``entry``, ``interpretation`` or both.
        severity: The severities it can have; empty where the contract says.
        sentences: What it says, with ``{…}`` for what differs, and an example word for word.
        do: What to do about it.
    """

    id: str
    family: str
    checks: str
    mends: tuple[str, ...]
    severity: tuple[str, ...]
    sentences: tuple[tuple[str, str], ...]
    do: str

    def allows(self, severity: str) -> bool:
        """Whether a problem of this kind may have the severity."""
        return not self.severity or severity in self.severity


@cache
def rules() -> tuple[CataloguedRule, ...]:
    """The catalogue, checked against its schema and itself.

    Raises:
        ValueError: An entry is not as the schema wants it, stands twice, or has an example its sentence does not fit.
    """
    with imported_without(*ADDRESSES):
        import jsonschema

    value = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    checker = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    for error in checker.iter_errors(value):
        raise ValueError(f"{FILE.name}: {'/'.join(map(str, error.absolute_path))}: {error.message}")
    found = tuple(_rule(item) for item in value)
    ids = [rule.id for rule in found]
    if len(set(ids)) < len(ids):
        raise ValueError(f"{FILE.name}: stands twice: {sorted({name for name in ids if ids.count(name) > 1})}")
    for rule in found:
        for says, example in rule.sentences:
            if not fits(says, example):
                raise ValueError(f"{FILE.name}: {rule.id}: the example “{example}” is no “{says}”")
    return found


def _rule(item: Mapping[str, Any]) -> CataloguedRule:
    return CataloguedRule(
        item["id"],
        item["family"],
        item["checks"],
        tuple(item["mends"]),
        tuple(item["severity"]),
        tuple((sentence["says"], sentence["example"]) for sentence in item["sentences"]),
        item["do"],
    )


def fits(says: str, example: str) -> bool:
    """Whether a sentence is one of a kind: the same words, anything where ``{…}`` stands."""
    parts = re.split(r"\{[^}]*\}", says)
    return re.fullmatch(".+?".join(re.escape(part) for part in parts), example, re.DOTALL) is not None


def kind_of(rule_id: str) -> str:
    """The catalogue's id of a problem's rule."""
    return rule_id if rule_id.startswith("file.") else rule_id.rsplit(".", 1)[-1]


def index_page(contracts: Iterable[Contract]) -> str:
    """The page of all kinds of rules, and where each program's own are, as Markdown."""
    lines = [
        "# Rules",
        "",
        f"<!-- {BY.format(source='expectations/catalogue.yaml and sources/programs/*/contract.odcs.yaml')} -->",
        "",
        "Everything that can be told of a return, in the words it is told with. An *error* returns the return (or "
        "leaves its rows out, where a contract allows that), a *warning* is confirmed before approval, an *info* is "
        "for notice. Errors of entry are mended by who typed, errors of interpretation by who built or chose the file.",
        "",
        "The rules of each program, column by column: "
        + ", ".join(f"[{contract.program}]({contract.program}.md)" for contract in contracts)
        + ".",
    ]
    for family, (title, text) in FAMILIES.items():
        lines += ["", f"## {title}", "", text, ""]
        lines += [
            "| Rule | What it checks | Severity | Mended by | For example | What to do |",
            "|---|---|---|---|---|---|",
        ]
        for rule in rules():
            if rule.family == family:
                examples = "<br>".join(example for _, example in rule.sentences)
                mends = " or ".join(_MENDS[name] for name in rule.mends)
                cells = (f"`{rule.id}`", rule.checks, _severity(rule), mends, examples, rule.do)
                lines.append("| " + " | ".join(_cell(cell) for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _severity(rule: CataloguedRule) -> str:
    return " or ".join(rule.severity) or "by contract"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
