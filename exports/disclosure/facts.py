"""From what was released to what an outsider can work with: cells, linear facts, and what must not come out.

The finest cells that released figures can tell apart are variables: people who came between two dates for which
something was ever shown, of one country or group, with the version of their return. A running total is the sum of
its steps; a total that of its members; the base of a share its part and the rest. So differences of any kind,
between years, members or releases, are sums of the same cells.

Where the truth helps the outsider (an equal sum, an unchanged return, a return that only added people) they are
taken to know it: the attacker here is stronger than anybody outside.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

from exports.disclosure.ledger import Form, Ledger, added
from exports.disclosure.rules import FEWEST, SMALLEST_BASE
from exports.disclosure.shown import Shown
from exports.disclosure.truth import Counted, Truth, Who

_RUNNING = ("flow", "reach")


def ledgers(truths: Sequence[Truth], shown: Sequence[Sequence[Shown]]) -> dict[str, Ledger]:
    """The ledger of each set of linked indicators, by its name.

    Args:
        truths: The counts behind each release, oldest first; the last one is the one to judge.
        shown: What each release shows of them.
    """
    parts: dict[str, str] = {}
    for truth in truths:
        parts |= truth.parts_of
    sets: dict[str, set[str]] = defaultdict(set)
    for figures in shown:
        for figure in figures:
            code = figure.who.indicator
            sets[parts.get(code, code)].add(code)
    found = {}
    for name, codes in sorted(sets.items()):
        own = [[figure for figure in figures if figure.who.indicator in codes] for figures in shown]
        found[name] = _Writer(truths, own, parts).ledger
    return found


class _Writer:
    """Writes the ledger of some indicators over all releases."""

    def __init__(self, truths: Sequence[Truth], shown: Sequence[Sequence[Shown]], parts: Mapping[str, str]) -> None:
        self.ledger, self._truths, self._parts = Ledger(), truths, parts
        self._points = _points(shown)
        self._split = {(figure.who.indicator, figure.who.dimension) for figures in shown for figure in figures} - {
            (code, "total") for code in self._points
        }
        self._spans: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for figure in (figure for figures in shown for figure in figures):
            self._spans[figure.who.indicator].add((figure.period, figure.span))
        self._versions: dict[str, tuple[str, int]] = {}
        before: dict[tuple[Who, str, str], tuple[Shown, Form]] = {}
        for number, figures in enumerate(shown):
            last = number == len(shown) - 1
            self.ledger.release = number
            self._lines(number)
            forms = {figure.place: self._figure(number, figure, last=last) for figure in figures}
            self._wholes(number, figures, forms, last=last)
            if last:
                self._differences(number, figures, forms)
            self._changes(figures, forms, before)
            before |= {figure.place: (figure, forms[figure.place]) for figure in figures}

    def _cell(self, number: int, name: str, value: int) -> Form:
        """A cell of a release: that of the release before while its value is the same."""
        cell, old = self._versions.get(name, ("", -1))
        if cell and old == value:
            return {cell: Fraction(1)}
        fresh = f"{name}@{number}" if cell else name
        self._versions[name], self.ledger.values[fresh] = (fresh, value), value
        if cell:
            # Whether a return only added people is told: late returns and corrections are listed.
            step = {fresh: Fraction(1), cell: Fraction(-1)}
            self.ledger.fact(step, 0, None) if value > old else self.ledger.fact(step, None, 0)
        return {fresh: Fraction(1)}

    def _upto(self, number: int, who: Who, period: str, measure: str) -> Form:
        """The form of a running total: its steps between all dates for which something was ever shown."""
        truth, form, before = self._truths[number], Form(), 0
        known = [point for point in self._points[who.indicator] if truth.at(who, point, "since_start") is not None]
        dates = [point for point in known if point <= period]
        values = [_measured(truth.at(who, point, "since_start"), measure) for point in dates]
        if any(later < sooner for sooner, later in pairwise(values)):
            return self._cell(number, _name(who, period, f"{measure} level"), values[-1])
        for point, value in zip(dates, values, strict=True):
            if value != before or measure == "high":
                form = added(form, self._cell(number, _name(who, point, measure), value - before))
            before = value
        return form

    def _form(self, number: int, who: Who, period: str, span: str) -> tuple[Form, Form]:
        """Forms of the upper bound and of what the lower one is less."""
        truth = self._truths[number]
        counted = truth.at(who, period, span)
        if counted is None:
            return {}, {}
        kind = truth.kinds[who.indicator]
        if kind not in _RUNNING:
            name = _name(who, period, span)
            high = self._cell(number, f"{name}/high", counted.high)
            slack = counted.high - counted.low
            return high, self._cell(number, f"{name}/slack", slack) if slack else {}
        start = _start(period, span)
        high = self._upto(number, who, period, "high")
        if start:
            high = added(high, self._upto(number, who, start, "high"), -1)
        if counted.low == counted.high:
            return high, {}
        if who.indicator in truth.adding:
            slack_form = self._upto(number, who, period, "slack")
            return high, added(slack_form, self._upto(number, who, start, "slack"), -1) if start else slack_form
        return high, self._cell(number, f"{_name(who, period, span)}/slack", counted.high - counted.low)

    def _base(self, number: int, high: Form, who: Who, period: str, span: str) -> Form:
        """The base of a share: its part and the rest; by itself where bounds make the part larger than the base."""
        counted = self._truths[number].at(who, period, span)
        if counted is None or counted.base is None:
            return {}
        name, left = _name(who, period, span), counted.base - counted.high
        if left < 0:
            return self._cell(number, f"{name}/base", counted.base)
        return added(high, self._cell(number, f"{name}/rest", left))

    def _figure(self, number: int, figure: Shown, *, last: bool) -> Form:
        """What a figure says, or must not be made to say; the form of its upper bound."""
        ledger, truth = self.ledger, self._truths[number]
        high, slack = self._form(number, *figure.place)
        low = added(high, slack, -1)
        ledger.figures += 1
        ledger.fact(high, 0, None)
        ledger.fact(low, 0, None)
        about = self._title(number, figure)
        # What earlier releases said wrongly is no knowledge of anybody, and past mending.
        claimed = about if last else ""
        base: Form = {}
        counted = truth.at(*figure.place)
        if counted is None:
            # What nobody can check is not let out.
            if claimed and (figure.low is not None or figure.is_hidden):
                ledger.uncounted.append(claimed)
            return {}
        if figure.is_share:
            base = self._base(number, high, *figure.place)
        if figure.low is not None and figure.high is not None:
            for form, side in ((low, figure.low), (high, figure.high)):
                if figure.is_share:
                    ledger.fact(added(form, base, -side[0] / 100), 0, None, claimed)
                    ledger.fact(added(form, base, -side[1] / 100), None, 0, claimed)
                else:
                    ledger.fact(form, *side, claimed)
            if figure.is_share:
                ledger.fact(base, SMALLEST_BASE, None)
        if last:
            self._keep(figure, about, (low, high, base))
        return high

    def _keep(self, figure: Shown, about: str, forms: tuple[Form, Form, Form]) -> None:
        """What of a figure must stay unknown: all of it where hidden, any 1 to 10 people in any case."""
        low, high, base = forms
        for words, form in (("at least", low), ("at most", high)):
            if figure.is_hidden or self._is_few(form):
                self.ledger.target(f"{about}: {'the number' if low == high else words}", form)
        if figure.is_share:
            rest = added(base, high, -1)
            if figure.is_hidden or self._is_few(rest):
                self.ledger.target(f"{about}: the rest of the base", rest)

    def _is_few(self, form: Form) -> bool:
        return 1 <= abs(self.ledger.value(form)) < FEWEST

    def _title(self, number: int, figure: Shown) -> str:
        who = figure.who
        name = self._truths[number].names.get(who.indicator, "")
        name = f"{name} ({who.indicator})" if name else who.indicator
        member = "" if who.dimension == "total" else f", {who.dimension.replace('_', ' ')} {who.member}"
        return f"{name}, {figure.period}{member}, {figure.span.replace('_', ' ')}"

    def _lines(self, number: int) -> None:
        """A total is the sum of its countries and that of its groups, at each date, where that is so."""
        truth = self._truths[number]
        for code, dimension in sorted(self._split):
            if code not in truth.kinds:
                continue
            members = [Who(code, dimension, member) for member in truth.members(code, dimension)]
            for period, span in self._moments(truth, code):
                whole = self._sides(number, Who(code), period, span)
                split = [self._sides(number, member, period, span) for member in members]
                for place, form in enumerate(whole):
                    for part in split:
                        form = added(form, part[place], -1)
                    self.ledger.fact(form, 0, 0)

    def _moments(self, truth: Truth, code: str) -> list[tuple[str, str]]:
        """Periods and spans in which the sums of an indicator are known to hold."""
        if truth.kinds[code] == "ratio":
            return sorted(self._spans[code])
        span = "quarter" if truth.kinds[code] == "stock" else "since_start"
        return [(point, span) for point in self._points[code] if truth.at(Who(code), point, span) is not None]

    def _sides(self, number: int, who: Who, period: str, span: str) -> list[Form]:
        """Forms of a figure that add up over members: the upper bound, what the lower one is less, the base."""
        truth = self._truths[number]
        high, slack = self._form(number, who, period, span)
        kind = truth.kinds[who.indicator]
        if kind == "ratio":
            return [high, slack, self._base(number, high, who, period, span)]
        return [high, slack] if kind == "stock" or who.indicator in truth.adding else [high]

    def _wholes(
        self, number: int, figures: Sequence[Shown], forms: Mapping[tuple[Who, str, str], Form], *, last: bool
    ) -> None:
        """A whole is at least its parts; what is left over is people too."""
        by_moment: dict[tuple[str, str, str, str], list[Shown]] = defaultdict(list)
        for figure in figures:
            whole = self._parts.get(figure.who.indicator)
            if whole is not None and not figure.is_share:
                by_moment[(whole, figure.who.dimension, figure.who.member, figure.period)].append(figure)
        for (code, dimension, member, period), some in sorted(by_moment.items()):
            who = Who(code, dimension, member)
            whole_form = next((form for place, form in sorted(forms.items()) if place[:2] == (who, period)), None)
            if whole_form is None:
                continue
            left = dict(whole_form)
            for figure in some:
                left = added(left, forms[figure.place], -1)
            self.ledger.fact(left, 0, None)
            if last and self._is_few(left):
                names = " nor ".join(sorted({figure.who.indicator for figure in some}))
                where = "" if dimension == "total" else f", {dimension.replace('_', ' ')} {member}"
                self.ledger.target(f"{code}, {period}{where}: people counted neither as {names}", left)

    def _differences(self, number: int, figures: Sequence[Shown], forms: Mapping[tuple[Who, str, str], Form]) -> None:
        """Small differences of released figures: between dates, and of a total and the members shown of it."""
        running: dict[Who, list[Shown]] = defaultdict(list)
        lines: dict[tuple[str, str, str, str], list[Shown]] = defaultdict(list)
        for figure in figures:
            if figure.is_share:
                continue
            if figure.span == "since_start":
                running[figure.who].append(figure)
            lines[(figure.who.indicator, figure.who.dimension, figure.period, figure.span)].append(figure)
        for some in running.values():
            ordered = sorted(some, key=lambda one: one.period)
            for before, after in pairwise(ordered):
                step = added(forms[after.place], forms[before.place], -1)
                if self._is_few(step):
                    self.ledger.target(f"{self._title(number, after)}: people since {before.period}", step)
        for (_, dimension, _, _), some in lines.items():
            hidden = [figure for figure in some if figure.is_hidden]
            if dimension != "total" and len(hidden) > 1:
                together: Form = {}
                for figure in hidden:
                    together = added(together, forms[figure.place])
                if self._is_few(together):
                    self.ledger.target(f"{self._title(number, hidden[0])}: all hidden of its kind together", together)

    def _changes(
        self,
        figures: Sequence[Shown],
        forms: Mapping[tuple[Who, str, str], Form],
        before: Mapping[tuple[Who, str, str], tuple[Shown, Form]],
    ) -> None:
        """What changed of one figure between two releases is people too, if few."""
        for figure in figures:
            if figure.place not in before or figure.is_share:
                continue
            change = added(forms[figure.place], before[figure.place][1], -1)
            if self._is_few(change):
                who = figure.who
                name = f"{who.indicator}, {figure.period}, {who.dimension} {who.member}: change between releases"
                self.ledger.target(name, change)


def _points(shown: Sequence[Sequence[Shown]]) -> dict[str, list[str]]:
    """Dates of each indicator for which something was ever shown, in order."""
    found: dict[str, set[str]] = defaultdict(set)
    for figures in shown:
        for figure in figures:
            found[figure.who.indicator].add(figure.period)
            start = _start(figure.period, figure.span)
            if start:
                found[figure.who.indicator].add(start)
    return {code: sorted(dates) for code, dates in found.items()}


def _start(period: str, span: str) -> str:
    """The last date before a span; empty where it is the start of all."""
    if span == "since_start" or "-Q" not in period:
        return ""
    year, quarter = int(period[:4]), int(period[-1])
    if span == "quarter" and quarter > 1:
        return f"{year}-Q{quarter - 1}"
    return f"{year - 1}-Q4"


def _measured(counted: Counted | None, measure: str) -> int:
    if counted is None:
        return 0
    return counted.high if measure == "high" else counted.high - counted.low


def _name(who: Who, period: str, measure: str) -> str:
    return "|".join((*who, period, measure))
