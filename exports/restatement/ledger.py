"""The ledger itself: every figure that differs between two builds, with the parts its change is made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from exports.restatement.causes import CODES, LABELS, UNEXPLAINED, Edit

if TYPE_CHECKING:
    from exports.published import Published

ZERO = Decimal(0)
#: Columns of :attr:`Restatement.rows` before those of the causes.
IDENTITY = (
    *("figure_id", "scope", "program_code", "program_name", "indicator_code", "name", "unit", "kind", "period", "span"),
    *("dimension", "member_code", "measure", "is_headline", "before", "after", "change"),
)
#: Columns after them.
LAST = ("unexplained", "reason_codes", "submissions", "reasons", "counts_people", "is_synthetic")
COLUMNS = (*IDENTITY, *CODES, *LAST)
PART_COLUMNS = (
    *("figure_id", "scope", "measure", "step", "cause", "reason_code", "program_code", "partner_code", "period"),
    *("source_table", "submissions", "amount", "reason"),
)


@dataclass(frozen=True)
class Share:
    """What one edit changed of one figure."""

    edit: Edit
    amount: Decimal


@dataclass(frozen=True)
class Change:
    """A figure that differs, and why.

    Attributes:
        figure_id: ``<indicator>/<period>/<span>``, with ``/<partner>`` or ``/<dimension>:<member>`` for a part of it;
            ``goal/…``, ``investment/…``, ``reach/…``, ``trust/…`` for others.
        scope: ``kpi``, ``breakdown``, ``money``, ``reach``, ``trust``, ``target``, or ``release`` (as it was shown).
        measure: ``value`` where the figure is one number in both builds, else ``value_low`` and ``value_high``; the
            published column otherwise.
        before: As published earlier; ``None`` where there was no figure, which counts as nothing in the parts.
        parts: In the order they were applied; they add up to ``change`` exactly.
    """

    figure_id: str
    scope: str
    measure: str
    before: Decimal | None
    after: Decimal | None
    parts: tuple[Share, ...]
    about: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def change(self) -> Decimal:
        """Later less earlier."""
        return (self.after or ZERO) - (self.before or ZERO)

    def amount(self, cause: str) -> Decimal:
        """What a cause changed."""
        return sum((part.amount for part in self.parts if part.edit.cause == cause), ZERO)

    @property
    def causes(self) -> list[str]:
        """The causes it has, in order."""
        return [code for code in (*CODES, UNEXPLAINED.code) if any(part.edit.cause == code for part in self.parts)]

    @property
    def adds_up(self) -> bool:
        """Whether the parts are the whole change; they are, by construction, and tests look."""
        return sum((part.amount for part in self.parts), ZERO) == self.change

    @property
    def reasons(self) -> list[str]:
        """What happened, each once, in order."""
        return list(dict.fromkeys(part.edit.text for part in self.parts if part.edit.text))

    def record(self) -> dict[str, Any]:
        """The row of :attr:`Restatement.rows`."""
        submissions = dict.fromkeys(number for part in self.parts for number in part.edit.submissions)
        codes = dict.fromkeys(part.edit.reason_code for part in self.parts if part.edit.reason_code)
        return {
            **{name: self.about.get(name) for name in COLUMNS},
            "figure_id": self.figure_id,
            "scope": self.scope,
            "measure": self.measure,
            "before": self.before,
            "after": self.after,
            "change": self.change,
            **{code: self.amount(code) for code in (*CODES, UNEXPLAINED.code)},
            "reason_codes": "; ".join(codes),
            "submissions": "; ".join(submissions),
            "reasons": " ".join(self.reasons),
        }

    def part_records(self) -> list[dict[str, Any]]:
        """The rows of :attr:`Restatement.parts`."""
        return [
            {
                "figure_id": self.figure_id,
                "scope": self.scope,
                "measure": self.measure,
                "step": number,
                "cause": part.edit.cause,
                "reason_code": part.edit.reason_code,
                "program_code": part.edit.program or self.about.get("program_code"),
                "partner_code": part.edit.partner or None,
                "period": part.edit.period or None,
                "source_table": part.edit.table or None,
                "submissions": "; ".join(part.edit.submissions) or None,
                "amount": part.amount,
                "reason": part.edit.text,
            }
            for number, part in enumerate(self.parts, start=1)
        ]


@dataclass(frozen=True)
class Restatement:
    """Everything that differs between two builds.

    Attributes:
        before: Name of the earlier one: a release's, else the build's id.
        after: Name of the later one.
        changes: Changed figures in order: by scope, program, figure and measure.
        edits: What happened to returns in between, in the order it was applied.
        compared: How many figures both builds have, by scope.
        new: How many figures only the later one has: of quarters that have ended since, or of new indicators.
        is_split: Whether changes could be split; not where an erasure took the rows behind the earlier figures.
        gone: Ids of figures only the earlier one has: their indicator, or its span, is no longer published.
    """

    before: str
    after: str
    before_build: Published
    after_build: Published
    changes: tuple[Change, ...]
    edits: tuple[Edit, ...]
    compared: Mapping[str, int]
    new: int
    is_split: bool = True
    gone: tuple[str, ...] = ()

    @cached_property
    def rows(self) -> pd.DataFrame:
        """One row per changed figure and measure, with a column per cause; amounts are exact decimals."""
        return pd.DataFrame([change.record() for change in self.changes], columns=list(COLUMNS), dtype=object)

    @cached_property
    def parts(self) -> pd.DataFrame:
        """One row per part: which edit changed which figure by how much."""
        found = [record for change in self.changes for record in change.part_records()]
        return pd.DataFrame(found, columns=list(PART_COLUMNS), dtype=object)

    @property
    def unexplained(self) -> list[Change]:
        """Changes with a part that has no cause; there should be none."""
        return [change for change in self.changes if UNEXPLAINED.code in change.causes]

    @property
    def synthetic(self) -> bool:
        """Whether anything in it is a synthetic sample."""
        meta = self.after_build.arrow("pub_meta__build") if self.after_build.has("pub_meta__build") else None
        if meta is not None and any(meta["is_synthetic"].to_pylist()):
            return True
        return any(change.about.get("is_synthetic") for change in self.changes)

    def of_scope(self, *scopes: str) -> list[Change]:
        """Changes of some scopes."""
        return [change for change in self.changes if change.scope in scopes]

    def figures(self, *scopes: str) -> int:
        """How many figures differ; bounds of one figure count once."""
        chosen = self.of_scope(*scopes) if scopes else self.changes
        return len({(change.scope, change.figure_id) for change in chosen})

    def summary(self) -> dict[str, Any]:
        """Counts by scope and by cause, as plain values."""
        causes = Counter(
            cause
            for scope, figure in sorted({(change.scope, change.figure_id) for change in self.changes})
            for cause in sorted(
                {code for change in self.changes_of(scope, figure) for code in change.causes},
            )
        )
        return {
            "before": self.before,
            "after": self.after,
            "builds": [self.before_build.build_id, self.after_build.build_id],
            "compared": dict(self.compared),
            "changed": {scope: self.figures(scope) for scope in sorted({item.scope for item in self.changes})},
            "new_figures": self.new,
            "gone_figures": list(self.gone),
            "by_cause": {code: causes[code] for code in (*CODES, UNEXPLAINED.code) if causes[code]},
            "events": len(self.edits),
            "is_split": self.is_split,
            "adds_up": all(change.adds_up for change in self.changes),
        }

    def changes_of(self, scope: str, figure: str) -> list[Change]:
        """The measures of one figure that differ."""
        return self._by_figure.get((scope, figure), [])

    @cached_property
    def _by_figure(self) -> dict[tuple[str, str], list[Change]]:
        found: dict[tuple[str, str], list[Change]] = {}
        for change in self.changes:
            found.setdefault((change.scope, change.figure_id), []).append(change)
        return found

    def as_dict(self, indicator: str | None = None) -> dict[str, Any]:
        """Everything as plain values for JSON; decimals as text."""
        chosen: Iterable[Change] = (
            change for change in self.changes if indicator in (None, change.about.get("indicator_code"))
        )
        return {
            **self.summary(),
            "causes": [{"code": code, "label": LABELS[code]} for code in CODES],
            "changes": [_plain(change) for change in chosen],
        }


def _plain(change: Change) -> dict[str, Any]:
    record = change.record()
    amounts = ("before", "after", "change", *CODES, UNEXPLAINED.code)
    texts = {name: None if record[name] is None else str(record[name]) for name in amounts}
    parts: Sequence[dict[str, Any]] = [part | {"amount": str(part["amount"])} for part in change.part_records()]
    return {
        **{name: record[name] for name in record if name not in (*amounts, "reasons")},
        **{name: texts[name] for name in ("before", "after", "change")},
        "causes": {code: texts[code] for code in change.causes},
        "parts": [{key: part[key] for key in PART_COLUMNS if key not in ("figure_id", "scope")} for part in parts],
    }
