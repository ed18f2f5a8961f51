"""What happened between two builds, row by row: which rows came, which went, and why.

A row is in the figures from one edit to another; rows without either are the same in both builds.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from exports.restatement.causes import Edit, of_reason
from exports.restatement.rows import FINANCE, Key, Row, Side
from exports.restatement.telling import Teller
from sources import periods
from sources.log.records import Key as Version

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sources.log.records import Submission

_NIL = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """A row and the edits it came and went with; ``None`` where it was there before, or still is."""

    row: Row
    since: Edit | None = None
    until: Edit | None = None


@dataclass
class Comparison:
    """Two builds and what may have changed beside the returns.

    Attributes:
        code_changed: Whether they were made by different versions of the code.
        names: Names of partners by (program, partner).
    """

    before: Side
    after: Side
    code_changed: bool
    names: Mapping[tuple[str, str], str]

    def redefinition(self, indicator: str) -> list[str]:
        """The parts of an indicator's definition that differ, its target apart; none where it is as it was."""
        old, new = self.before.definitions.get(indicator), self.after.definitions.get(indicator)
        if old is None or new is None:
            return []
        return [name for name in DEFINING if old.get(name) != new.get(name)]

    def placed(self) -> list[Placed]:
        """Every row of either build, in order, with the edits that brought and took it."""
        return _Finder(self).placed()

    def happened(self) -> list[Edit]:
        """The edits alone, where the rows of the earlier build are gone."""
        return _Finder(self).happened()


#: Parts of a definition that a value rests on; ``arithmetic`` is told apart, as it follows declared overlaps.
DEFINING = (
    *("definition", "unit", "kind", "numerator", "denominator", "counts_people", "version", "effective_from"),
    *("disaggregations", "contributes_to"),
)


class _Finder:
    def __init__(self, comparison: Comparison) -> None:
        self.two = comparison
        self.before, self.after = comparison.before, comparison.after
        self.tell = Teller(self.after, comparison.names)
        self.places = {key[:3] for key in self.before.by_key} | {
            (key.program, key.partner, key.period) for key in self.before.state.versions()
        }
        self.whole: dict[Key, Edit] = {}

    def placed(self) -> list[Placed]:
        keys = sorted({*self.before.by_key, *self.after.by_key})
        found: list[Placed] = []
        unsure: list[Key] = []
        for key in keys:
            old, new = self.before.by_key.get(key, []), self.after.by_key.get(key, [])
            if self._counting(key, old, self.before) != self._counting(key, new, self.after):
                edit = self.whole[key] = self._edit(key, old, new)
                found += self._exchanged(key, old, new, edit)
            elif Counter(row.content for row in old) == Counter(row.content for row in new):
                found += [Placed(row) for row in new]
            else:
                unsure.append(key)
        # Rows of a return that stayed can change through another return: they are looked at once those are known.
        for key in unsure:
            found += self._same_return(key)
        return found

    def happened(self) -> list[Edit]:
        versions = (side.state.versions() for side in (self.before, self.after))
        keys = {Key(key.program, key.partner, key.period, key.table) for found in versions for key in found}
        edits = []
        for key in sorted(keys | {*self.after.by_key}):
            new = self.after.by_key.get(key, [])
            if self._counting(key, [], self.before) != self._counting(key, new, self.after):
                edits.append(self._edit(key, [], new))
            elif (edit := self._same_file(Edit("", *key), self._counting(key, new, self.after) or "")) is not None:
                edits.append(edit)
        return sorted(set(edits), key=lambda edit: edit.order)

    def _counting(self, key: Key, rows: list[Row], side: Side) -> str | None:
        """What counts for a key: a submission, "nil", or nothing."""
        if rows:
            return rows[0].submission or "nil"
        known = self._known(None, side, key)
        return known.id if known is not None else None

    def _edit(self, key: Key, old: list[Row], new: list[Row]) -> Edit:
        """The edit of a key whose submission is another one, or of which there is none on one side."""
        first = self._known(_submission(old), self.before, key)
        then = self._known(_submission(new), self.after, key)
        base = Edit("", key.program, key.partner, key.period, key.table)
        if first is None and then is None:
            return self._declared(base, old, new)
        if then is None:
            return self._taken_back(base, first, bool(new))
        if first is not None and then.seq < first.seq:
            return self._taken_back(base, first, True)
        if key[:3] in self.places:
            replaced = [item for item in self._chain(key, first, then) if item.id != then.id]
            return replace(
                base,
                cause=of_reason(then.reason_code),
                reason_code=then.reason_code,
                text=self.tell.corrected(key, then, replaced),
                submissions=tuple(item.id for item in (*replaced, then)),
            )
        cause = self._arrival(key)
        return replace(base, cause=cause, text=self.tell.arrived(key, then, cause), submissions=(then.id,))

    def _known(self, number: str | None, side: Side, key: Key) -> Submission | None:
        """A submission by its number; else the one that counted for a table without rows."""
        states = (self.after.state, self.before.state)
        for state in states:
            if number in state.submissions:
                return state.submissions[number]
        version = side.state.versions().get(Version(key.partner, key.program, key.period, key.table))
        return version.submission if version is not None else None

    def _declared(self, base: Edit, old: list[Row], new: list[Row]) -> Edit:
        """Submissions the log does not know, or a declaration of nothing to report that came or went."""
        place = (base.program, base.partner, base.period)
        reports = {key: rows for key, rows in self.after.by_key.items() if key[:3] == place}
        if not new:
            # A return that took the place of a declaration counts as its correction.
            replaced = any(reports.values())
            cause = "correction" if replaced else "withdrawal"
            return replace(base, cause=cause, text=self.tell.declaration_gone(base, replaced=replaced))
        if place in self.places:
            gone = not old and base.table == _NIL
            return replace(base, cause="withdrawal" if gone else "correction", text=self.tell.exchanged(base))
        cause = self._arrival(Key(*place, base.table))
        return replace(base, cause=cause, text=self.tell.declared(base, cause))

    def _taken_back(self, base: Edit, first: Submission | None, older_counts: bool) -> Edit:
        if first is None:
            return replace(base, cause="correction", text=self.tell.exchanged(base))
        now = self.after.state.submissions.get(first.id, first)
        if now.withdrawn_by is None and now.returned_by is None:
            return replace(base, cause="correction", text=self.tell.judged_anew(base), submissions=(first.id,))
        return replace(
            base,
            cause="withdrawal",
            reason_code=now.withdrawn_code,
            text=self.tell.withdrawn(base, now, older_counts),
            submissions=(first.id,),
        )

    def _chain(self, key: Key, first: Submission | None, then: Submission) -> list[Submission]:
        """The submissions of a return from the one that counted to the one that counts, as far as they loaded."""
        start = first.seq if first is not None else -1
        return [
            item
            for item in sorted(self.after.state.submissions.values(), key=lambda one: one.seq)
            if item.place == (key.partner, key.program, key.period)
            and start <= item.seq <= then.seq
            and (item.verdict is not None and item.verdict.loads)
        ]

    def _arrival(self, key: Key) -> str:
        """Whether a first return had been due when the earlier build was made."""
        owed = self.before.obligations.get(key[:3])
        due = owed["due_date"] if owed is not None else periods.last_day(key.period)
        return "late_return" if due.isoformat() < self.before.published.as_of else "new_period"

    def _same_return(self, key: Key) -> list[Placed]:
        """Rows of a submission that counts in both builds, yet has other rows."""
        old, new = self.before.by_key.get(key, []), self.after.by_key.get(key, [])
        left = Counter(row.content for row in new)
        gone, stay = [], []
        for row in old:
            if left[row.content] > 0:
                left[row.content] -= 1
                stay.append(Placed(row))
            else:
                gone.append(row)
        same = Counter(item.row.content for item in stay)
        came = []
        for row in new:
            if same[row.content] > 0:
                same[row.content] -= 1
            else:
                came.append(row)
        return [*stay, *self._exchanged(key, gone, came, None)]

    def _exchanged(self, key: Key, old: list[Row], new: list[Row], edit: Edit | None) -> list[Placed]:
        """Rows that went and came by an edit, with another exchange rate as a step of its own before it."""
        rates = self._rates(key, old) if key.program == FINANCE else {}
        if not rates:
            edit = edit or (self._unmoved(key, old, new) if old or new else None)
            return [*(Placed(row, None, edit) for row in old), *(Placed(row, edit) for row in new)]
        count = len({row.where for row in old if row.where in rates})
        text = self.tell.converted(key, count, sorted({str(pair[2]) for pair in rates.values()}))
        rate = Edit("exchange_rate", *key, text=text, submissions=(old[0].submission or "",))
        placed: list[Placed] = []
        arriving = Counter(row.content for row in new)
        for row in old:
            if row.where not in rates:
                placed.append(Placed(row, None, edit or self._unmoved(key, old, new)))
                continue
            before, after, _ = rates[row.where]
            moved = row.scaled({before: after})
            placed.append(Placed(row, None, rate))
            if edit is None and arriving[moved.content] > 0:
                arriving[moved.content] -= 1
                placed.append(Placed(moved, rate))
            else:
                placed.append(Placed(moved, rate, edit or self._unmoved(key, old, new)))
        for row in new:
            if edit is not None:
                placed.append(Placed(row, edit))
            elif arriving[row.content] > 0:
                arriving[row.content] -= 1
                placed.append(Placed(row, self._unmoved(key, old, new)))
        return placed

    def _rates(self, key: Key, old: list[Row]) -> dict[tuple[str, int], tuple[Decimal, Decimal, str]]:
        """Amount in euro before and at the later rate, with the currency, of entries whose rate alone differs."""
        later = self._later_entries.get(key, {})
        found = {}
        for row in old:
            entry = self.before.entries.get((row.submission, row.where[0] or None, row.where[1] or None))
            match = later.get((entry["entry_id"], entry["currency_code"], entry["entry_date"])) if entry else None
            if entry is None or match is None or entry["rate"] is None or match["rate"] is None:
                continue
            if entry["rate"] != match["rate"]:
                found[row.where] = (
                    entry["entry_eur"],
                    in_eur(entry["entry_native"], match["rate"]),
                    entry["currency_code"],
                )
        return found

    @property
    def _later_entries(self) -> dict[Key, dict[tuple[Any, ...], dict[str, Any]]]:
        if not hasattr(self, "_later"):
            self._later: dict[Key, dict[tuple[Any, ...], dict[str, Any]]] = defaultdict(dict)
            at = {(row.submission, *row.where): row.key for row in self.after.rows if row.key.program == FINANCE}
            for (submission, sheet, line), entry in self.after.entries.items():
                key = at.get((submission, sheet or "", line or 0))
                if key is not None:
                    self._later[key][entry["entry_id"], entry["currency_code"], entry["entry_date"]] = entry
        return self._later

    def _unmoved(self, key: Key, old: list[Row], new: list[Row]) -> Edit:
        """Why rows of a submission that stayed are others: the first of these that holds."""
        base = Edit("", *key)
        same = self._same_file(base, _submission(old or new) or "")
        if same is not None:
            return same
        if any(self.two.redefinition(row.indicator) for row in (*old, *new)):
            return replace(base, cause="definition_change", text=self.tell.read_otherwise(base))
        through = self._through(key)
        if through is not None:
            return through
        cause = "definition_change" if self.two.code_changed else "unexplained"
        return replace(base, cause=cause, text=self.tell.read_otherwise(base))

    def _same_file(self, base: Edit, number: str) -> Edit | None:
        """What the log says of a submission that stayed: rows erased, or another verdict."""
        first, now = self.before.state.submissions.get(number), self.after.state.submissions.get(number)
        if first is None or now is None:
            return None
        if now.erased_rows > first.erased_rows or (now.is_erased and not first.is_erased):
            text = self.tell.erased(base, now.erased_rows - first.erased_rows)
            return replace(base, cause="withdrawal", reason_code="person_erased", text=text, submissions=(number,))
        if first.verdict is not None and now.verdict is not None and first.verdict.seal != now.verdict.seal:
            return replace(base, cause="correction", text=self.tell.judged_anew(base), submissions=(number,))
        return None

    def _through(self, key: Key) -> Edit | None:
        """An edit of another return that changed these rows: what is listed for the first time counts once."""
        others: Iterable[Edit] = (edit for edit in self.whole.values() if edit.program == key.program)
        ranked = sorted(others, key=lambda edit: (edit.partner != key.partner, edit.period > key.period, edit.order))
        return ranked[0] if ranked else None


def in_eur(amount: Decimal, rate: Decimal) -> Decimal:
    """An amount in euro to the cent, half away from zero, as the warehouse converts it; ``rate`` is units per euro."""
    scaled, divisor = int(abs(amount) * 100) * 2_000_000, int(rate * 1_000_000)
    cents = (scaled + divisor) // (2 * divisor)
    return Decimal(cents if amount >= 0 else -cents).scaleb(-2)


def _submission(rows: list[Row]) -> str | None:
    return rows[0].submission if rows else None
