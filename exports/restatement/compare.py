"""Comparing two builds: which figures differ, and the parts of each change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from exports.restatement import others
from exports.restatement.causes import Edit
from exports.restatement.edits import Comparison
from exports.restatement.ledger import Change, Restatement, Share
from exports.restatement.rows import Side
from exports.restatement.shown import shown
from exports.restatement.walk import ZERO, Arithmetic, Figure, Part, Trail, Value, span_start
from sources.log.state import LedgerState

if TYPE_CHECKING:
    from exports.published import Published
    from sources.contract.model import Contract
    from sources.log.event import Event

BREAKDOWN = "pub_leads__kpi_breakdown"
_SCOPES = ("target", "money", "kpi", "reach", "trust", "breakdown", "release")
_IDENTITY = ("program_code", "program_name", "indicator_code", "unit", "kind", "period", "span", "is_synthetic")


def restate(
    before: Published,
    after: Published,
    events: Sequence[Event] = (),
    contracts: Mapping[str, Contract] | None = None,
    *,
    names: tuple[str, str] | None = None,
    code_changed: bool | None = None,
    heads: tuple[str, str] | None = None,
) -> Restatement:
    """Split every figure that differs between two builds into causes that add up to the change.

    Args:
        before: The earlier build, for restricted readers.
        after: The later one.
        events: The whole log; without it, causes rest on rows and obligations alone.
        contracts: Names of partners and when they left.
        names: What the two are called; their build ids by default.
        code_changed: Whether the code differs; by default, whether the manifests say so.
        heads: Heads of the log each rests on; those of the manifests by default.
    """
    partners = [item for contract in (contracts or {}).values() for item in contract.partners]
    until = {(item.program, item.code): item.until for item in partners if item.until}
    heads = heads or (str(before.manifest.get("log_head")), str(after.manifest.get("log_head")))
    states = _states(events, heads)
    two = Comparison(
        Side(before, states[0], until),
        Side(after, states[1], until),
        _code_differs(before, after) if code_changed is None else code_changed,
        {(item.program, item.code): item.name for item in partners},
    )
    kept = two.before.has_rows
    ledger = Ledger(two, Trail(two.placed() if kept else [], until), [] if kept else two.happened())
    changes = [
        *ledger.kpis(),
        *ledger.breakdown(),
        *others.targets(two),
        *others.money(ledger),
        *others.reach(ledger),
        *others.trust(ledger),
    ]
    changes += shown(two, changes)
    changes.sort(key=lambda item: (_SCOPES.index(item.scope), *_order(item)))
    both = two.before.kpis.keys() & two.after.kpis.keys()
    return Restatement(
        *(names or (before.build_id, after.build_id)),
        before,
        after,
        tuple(changes),
        tuple(ledger.edits),
        {"kpi": len(both)},
        len(two.after.kpis) - len(both),
        kept,
        tuple("/".join(key) for key in sorted(two.before.kpis.keys() - both)),
    )


def _order(item: Change) -> tuple[str, ...]:
    about = item.about
    bound = str(item.measure.endswith("_high"))
    codes = (str(about.get(name) or "") for name in ("program_code", "indicator_code"))
    return *codes, item.figure_id, bound, item.measure


def _states(events: Sequence[Event], heads: Sequence[str]) -> list[LedgerState]:
    """The log as it stood when each build was made; empty where the log does not know its head."""
    found: dict[str, LedgerState] = {}
    state = LedgerState()
    for event in events:
        state.apply(event)
        if event.hash in heads:
            found[event.hash] = state.copy()
    return [found.get(head) or LedgerState() for head in heads]


def _code_differs(before: Published, after: Published) -> bool:
    return any(before.manifest.get(name) != after.manifest.get(name) for name in ("code_version", "code_hash"))


@dataclass
class Ledger:
    """The figures of two builds beside the trail of rows between them.

    Attributes:
        unplaced: What happened, where the rows of the earlier build are gone after an erasure: then a change has one
            part, of the last cause in the order, and its reason names all.
    """

    two: Comparison
    trail: Trail
    unplaced: Sequence[Edit] = ()
    _calendar: dict[str, bool] = field(default_factory=dict)
    _walked: dict[Figure, list[Part]] = field(default_factory=dict)

    def kpis(self) -> Iterable[Change]:
        """Figures of indicators that differ; those of quarters that ended since are new, not restated."""
        old, new = self.two.before.kpis, self.two.after.kpis
        for key in sorted(old.keys() & new.keys()):
            row = new[key]
            figure = Figure(key[0], span_start(key[1], key[2]), key[1])
            about = {name: row[name] for name in (*_IDENTITY, "is_headline", "counts_people")}
            about |= {"name": row["indicator_name"], "dimension": "total", "member_code": "total"}
            yield from self.changed("/".join(key), "kpi", figure, _bounds(old[key]), _bounds(row), about)

    def breakdown(self) -> Iterable[Change]:
        """Parts of figures: of a partner, a country, a population group, a place."""
        old, new = (
            {
                (row["indicator_code"], row["period"], row["span"], row["dimension"], row["member_code"]): row
                for row in side.listed(BREAKDOWN)
            }
            for side in (self.two.before, self.two.after)
        )
        both = self.two.before.kpis.keys() & self.two.after.kpis.keys()
        for key in sorted(old.keys() | new.keys()):
            indicator, period, span, dimension, member = key
            if (indicator, period, span) not in both:
                continue
            row = new.get(key) or old[key]
            about = {name: row[name] for name in (*_IDENTITY, "counts_people")}
            about |= {"name": f"{row['indicator_name']}, {row['member_name']}", "is_headline": False}
            about |= {"dimension": dimension, "member_code": member}
            label = member if dimension == "partner" else f"{dimension}:{member}"
            figure = Figure(indicator, span_start(period, span), period, dimension, member)
            name = f"{indicator}/{period}/{span}/{label}"
            yield from self.changed(name, "breakdown", figure, _bounds(old.get(key)), _bounds(new.get(key)), about)

    def changed(
        self, name: str, scope: str, figure: Figure, old: Value, new: Value, about: Mapping[str, Any]
    ) -> Iterable[Change]:
        """The measures of a figure that differ, each with its parts."""
        if old == new:
            return
        parts = self.walked(figure, old, new, str(about["kind"]), str(about["unit"]), about)
        one = old[0] == old[1] and new[0] == new[1]
        for place, measure in ((1, "value"),) if one else ((0, "value_low"), (1, "value_high")):
            if old[place] == new[place]:
                continue
            shares = tuple(
                Share(part.edit, (part.low, part.high)[place]) for part in parts if (part.low, part.high)[place]
            )
            if not shares:
                # A zero that was declared, or taken back: nothing was added, but something happened.
                shares = tuple(Share(part.edit, ZERO) for part in parts)
            yield Change(name, scope, measure, old[place], new[place], shares, about)

    def walked(
        self, figure: Figure, old: Value, new: Value, kind: str, unit: str, about: Mapping[str, Any]
    ) -> list[Part]:
        """The parts of a figure's change, from what was published to what is."""
        known = self._walked.get(figure)
        if known is not None:
            return known
        if not self.two.before.has_rows or (figure.dimension != "total" and figure.indicator in self.folded):
            return [Part(self._joint(figure, str(about["program_code"])), *_gap(old, new))]
        overlaps = self.two.after.overlap
        later = overlaps.get(figure.indicator) or self.two.before.overlap.get(figure.indicator, "unknown")
        earlier = self.two.before.overlap.get(figure.indicator, later)
        start, parts, end = self.trail.parts(figure, Arithmetic(kind, earlier, unit), Arithmetic(kind, later, unit))
        first = Part(self.redefined(figure.indicator, str(about["program_code"])), *_gap(old, start))
        last = Part(self.redefined(figure.indicator, str(about["program_code"])), *_gap(end, new))
        found = [part for part in (first, *parts, last) if part.edit.cause and _moves(part, first, last)]
        self._walked[figure] = found
        return found

    @cached_property
    def folded(self) -> frozenset[str]:
        """Indicators of which many rows stand as one, without what each was about."""
        rows = (row for side in (self.two.before, self.two.after) for row in side.rows)
        return frozenset(row.indicator for row in rows if row.count > 1 and row.where == ("", 0))

    @property
    def edits(self) -> Sequence[Edit]:
        """Everything that happened, in order."""
        return self.unplaced or self.trail.edits

    def _joint(self, figure: Figure, program: str) -> Edit:
        """The one edit a change is put to that cannot be split: those in its span, else any of its program."""
        mine = [edit for edit in self.edits if edit.program == program]
        within = [
            edit
            for edit in mine
            if figure.first <= edit.period <= figure.period
            and (figure.dimension != "partner" or edit.partner == figure.member)
        ]
        found = within or mine
        if not found or self.two.redefinition(figure.indicator):
            return self.redefined(figure.indicator, program)
        last = found[-1]
        several = len({edit.cause for edit in found}) > 1
        note = (
            " The rows of the earlier build are gone after an erasure, so the change is not split." if several else ""
        )
        text = " ".join(dict.fromkeys(edit.text for edit in found)) + note
        return replace(last, text=text, submissions=tuple(number for edit in found for number in edit.submissions))

    def redefined(self, indicator: str, program: str) -> Edit:
        """Why a figure differs though its rows do not: its definition, who reports it, or the code; else nothing."""
        fields = self.two.redefinition(indicator)
        if fields:
            named = ", ".join(name.replace("_", " ") for name in fields)
            return Edit("definition_change", program, text=f"The indicator's definition changed ({named}).")
        if self._calendar_changed(program):
            return Edit("definition_change", program, text="Who reports the program, and since when, changed.")
        if self.two.code_changed:
            return Edit("definition_change", program, text="The calculation changed (another version of the code).")
        return Edit("unexplained", program, text="The rows behind the figure do not lead to what was published.")

    def _calendar_changed(self, program: str) -> bool:
        if program not in self._calendar:
            old, new = (
                {key for key in side.obligations if key[0] == program} for side in (self.two.before, self.two.after)
            )
            ended = {key[2] for key in old}
            self._calendar[program] = old != {key for key in new if key[2] in ended}
        return self._calendar[program]


def _moves(part: Part, first: Part, last: Part) -> bool:
    """Whether a step belongs in the ledger: edits always, the definition where it changes something."""
    return bool(part.low or part.high) or (part is not first and part is not last)


def _bounds(row: Mapping[str, Any] | None) -> Value:
    return (row["value_low"], row["value_high"]) if row is not None else (None, None)


def _gap(was: Value, now: Value) -> tuple[Decimal, Decimal]:
    low, high = ((later or ZERO) - (earlier or ZERO) for earlier, later in zip(was, now, strict=True))
    return low, high
