"""From cells to the figures of indicators: values, coverage, plan, pace, forecast and status."""

from __future__ import annotations

import math
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

from quantiles import t_quantile
from reading import Cells, Unknown, Wrong, place_key, rounded

ZERO, ONE = Decimal(0), Decimal(1)
FEWEST, LAST = 8, "2030-Q4"
Line = dict[str, str]


def index(period: str) -> int:
    """A quarter as a number that grows by one per quarter."""
    return int(period[:4]) * 4 + int(period[6]) - 1


def number(text: str) -> Decimal | None:
    """A number of the bundle; ``None`` where it is blank."""
    return Decimal(text) if text else None


class Terms:
    """Every term with its value, worked out from its cells when first asked for."""

    def __init__(self, lines: list[Line], cells: Cells, rates: dict[tuple[str, str], Decimal]) -> None:
        self.cells, self.rates = cells, rates
        self.days: dict[str, list[str]] = defaultdict(list)
        for currency, day in sorted(rates):
            self.days[currency].append(day)
        self.lines = {line["term"]: line for line in lines}
        self.by_subject: dict[str, list[Line]] = defaultdict(list)
        for line in lines:
            self.by_subject[line["subject"]].append(line)
        self.known: dict[str, tuple[Decimal, Decimal, Decimal] | Wrong] = {}
        self.places: dict[str, str] = {}

    def value(self, line: Line) -> tuple[Decimal, Decimal, Decimal]:
        """Lower bound, upper bound and base of a term."""
        term = line["term"]
        if term not in self.known:
            try:
                self.known[term] = self._value(line)
            except Wrong as problem:
                self.known[term] = problem
        found = self.known[term]
        if isinstance(found, Wrong):
            raise found
        return found

    def place(self, line: Line) -> str:
        """Where a term speaks of, as two spellings of a place have in common; blank where it names none."""
        self.cells.word(line["term"], "place")
        return place_key(line["place"])

    def _value(self, line: Line) -> tuple[Decimal, Decimal, Decimal]:
        term, op = line["term"], line["op"]
        if op in ("zero", "nil"):
            return ZERO, ZERO, ZERO
        if op == "erased":
            raise Unknown(f"rows of return {line['submission_id']} were erased on a person's request")
        if op == "unexplained":
            raise Unknown(f"no rule explains a row of return {line['submission_id']} ({term})")
        if op == "poll":
            return Decimal(line["rows"]), Decimal(line["rows"]), ZERO
        if op == "one":
            for cell in self.cells.of(term, "counted"):
                self.cells.check(cell)
            return ONE, ONE, ZERO
        low, high = self._part(line, op)
        if op.endswith("_of_one"):
            return low, high, ONE
        if op.endswith("_of_itself"):
            return (low, high, high) if self._is_counted(line) else (ZERO, ZERO, high)
        if not op.endswith("_of_base"):
            return low, high, ZERO
        bases = [self.cells.bounds(cell) for cell in self.cells.of(term, "base")]
        base_low, base_high = sum((base[0] for base in bases), ZERO), sum((base[1] for base in bases), ZERO)
        if line["capped"] == "true":
            high = high + base_high - max(base_low, high)
        return low, high, base_high

    def _part(self, line: Line, op: str) -> tuple[Decimal, Decimal]:
        term = line["term"]
        if op.startswith("flag"):
            return (ONE, ONE) if self.cells.word(term, "flag") == "yes" else (ZERO, ZERO)
        if op.startswith("euro"):
            amount = self.euro(line)
            return amount, amount
        values = self.cells.of(term, "value")
        if op.startswith("either") and not values:
            return ZERO, self.cells.bounds(self.cells.of(term, "at_most")[0])[1]
        if not values:
            raise Wrong(f"term {term}: no cell holds its value")
        return self.cells.bounds(values[0])

    def _is_counted(self, line: Line) -> bool:
        return self.cells.word(line["term"], "only_if") == line["only_if"]

    def euro(self, line: Line) -> Decimal:
        """A term's amount in euro, to the cent, by the rate of its day or the last one before."""
        term = line["term"]
        amount = self.cells.bounds(self.cells.of(term, "amount")[0])[0]
        currency = self.cells.word(term, "currency")
        if currency == "EUR":
            return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
        day = self.cells.word(term, "day") if line["op"] != "budget" else ""
        day = day or last_day(line["period"])
        known = [item for item in self.days[currency] if item <= day]
        if not known:
            raise Wrong(f"term {term}: no rate of {currency} on {day}")
        return (amount / self.rates[currency, known[-1]]).quantize(Decimal("0.01"), ROUND_HALF_UP)


def last_day(period: str) -> str:
    """The last day of a quarter."""
    return f"{period[:4]}-{('03-31', '06-30', '09-30', '12-31')[int(period[6]) - 1]}"


class Indicators:
    """Indicators with their terms, targets and returns."""

    def __init__(self, bundle: dict[str, list[Line]], terms: Terms) -> None:
        self.terms = terms
        self.facts = {line["indicator_code"]: line for line in bundle["indicators"]}
        self.until = {(line["program_code"], line["partner_code"]): line["until"] for line in bundle["partners"]}
        self.aims: dict[str, list[tuple[int, Decimal]]] = defaultdict(list)
        for line in bundle["targets"]:
            self.aims[line["indicator_code"]].append((int(line["year"]), Decimal(line["target_value"])))
        self.returns: dict[str, list[Line]] = defaultdict(list)
        for line in bundle["returns"]:
            self.returns[line["program_code"]].append(line)
        self.series: dict[tuple[str, str], list[tuple[int, Decimal, Decimal]]] = {}

    def first(self, code: str, period: str, span: str) -> int:
        """The first quarter a span covers."""
        if span == "quarter":
            return index(period)
        return index(period[:4] + "-Q1") if span == "year_to_date" else index(self.facts[code]["first_period"])

    def contributing(self, code: str, period: str, span: str) -> list[Line]:
        """The terms a figure rests on: of a level each partner's last report, while it still reports."""
        first, last = self.first(code, period, span), index(period)
        found = [line for line in self.terms.by_subject[code] if first <= index(line["period"]) <= last]
        if self.facts[code]["kind"] != "stock":
            return found
        newest: dict[str, int] = {}
        for line in found:
            newest[line["partner_code"]] = max(newest.get(line["partner_code"], 0), index(line["period"]))
        program = self.facts[code]["program_code"]
        return [
            line
            for line in found
            if index(line["period"]) == newest[line["partner_code"]]
            and index(self.until.get((program, line["partner_code"])) or period) >= last
        ]

    def bounds(self, code: str, period: str, span: str) -> tuple[Decimal, Decimal, Decimal, Decimal, Decimal] | None:
        """Value within bounds, and the numerator's bounds and base behind it; ``None`` where nothing was reported."""
        lines = self.contributing(code, period, span)
        if not lines:
            return None
        values = [self.terms.value(line) for line in lines]
        facts = self.facts[code]
        high = sum((value[1] for value in values), ZERO)
        low = sum((value[0] for value in values), ZERO)
        base = sum((value[2] for value in values), ZERO)
        if facts["kind"] == "reach" and facts["overlap"] != "disjoint":
            low = self._largest(lines, values, facts["overlap"])
        if facts["kind"] != "ratio":
            return low, high, low, high, base
        if base <= 0:
            return None
        scale = 100 if facts["unit"] == "percent" else 1
        ten = Decimal("1e-10")
        shares = [(part / base * scale).quantize(ten, ROUND_HALF_UP) for part in (low, high)]
        return shares[0], shares[1], low, high, base

    def _largest(self, lines: list[Line], values: list[tuple[Decimal, ...]], overlap: str) -> Decimal:
        if overlap != "disjoint_places":
            return max(value[0] for value in values)
        largest: dict[str, Decimal] = {}
        for line, value in zip(lines, values, strict=True):
            key = self.terms.place(line)
            largest[key] = max(largest.get(key, ZERO), value[0])
        placeless = largest.pop("", ZERO)
        return max(sum(largest.values(), ZERO), placeless)

    def coverage(self, code: str, period: str, span: str) -> tuple[int, int, int]:
        """Returns in, returns due, and returns in that leave the figure blank."""
        facts, last = self.facts[code], index(period)
        first = self.first(code, period, span)
        reported = {
            (line["partner_code"], line["period"]) for line in self.terms.by_subject[code] if line["op"] != "nil"
        }
        inside = {partner for partner, when in reported if first <= index(when) <= last}
        met = due = blank = 0
        for line in self.returns[facts["program_code"]]:
            place = index(line["period"])
            if not first <= place <= last or line["state"] == "excused" or code in line["waived"].split(";"):
                continue
            due += 1
            if line["state"] not in ("reported", "confirmed_zero"):
                continue
            met += 1
            if facts["kind"] == "stock":
                blank += place == last and line["partner_code"] not in inside
            else:
                blank += line["state"] == "reported" and (line["partner_code"], line["period"]) not in reported
        return met, due, blank

    def quarters(self, code: str, period: str) -> list[tuple[int, Decimal, Decimal]]:
        """Each quarter's figure up to a period, as index, lower and upper bound."""
        found = []
        for place in range(index(self.facts[code]["first_period"]), index(period) + 1):
            when = f"{place // 4}-Q{place % 4 + 1}"
            value = self.bounds(code, when, "quarter")
            if value is not None:
                found.append((place, rounded(value[0]) or ZERO, rounded(value[1]) or ZERO))
        return found

    def planned(self, code: str, period: str) -> Decimal | None:
        """What is planned by a quarter: on the line through the baseline and the target of each year."""
        facts, place = self.facts[code], index(period)
        knots = [(year * 4 + 3, value) for year, value in self.aims[code]]
        baseline = number(facts["baseline_value"])
        if baseline is not None and facts["baseline_period"]:
            knots.append((index(facts["baseline_period"]), baseline))
        knots.sort()
        if self.aims[code] and place > max(year for year, _ in self.aims[code]) * 4 + 3:
            return max(self.aims[code])[1]
        before = [knot for knot in knots if knot[0] <= place]
        after = [knot for knot in knots if knot[0] > place]
        if not before:
            return None
        (start, value), ahead = before[-1], after[0] if after else None
        if start == place:
            return value
        if ahead is None:
            return None
        return value + (ahead[1] - value) * (place - start) / (ahead[0] - start)

    def flow_forecast(self, code: str, period: str) -> tuple[float, float, float] | None:
        """To date plus the mean quarter times the quarters left, with its 95 % prediction interval."""
        to_date, quarters = self.bounds(code, period, "since_start"), self.quarters(code, period)
        n, left = len(quarters), index(LAST) - index(period)
        if to_date is None or n < FEWEST:
            return None
        expected, scale = [], []
        for bound in (1, 2):
            total = sum((item[bound] for item in quarters), ZERO)
            square = sum((item[bound] * item[bound] for item in quarters), ZERO)
            expected.append(float(to_date[bound - 1]) + float(total) / n * left)
            spread = max(float(n * square - total * total) / (n * (n - 1)), 0.0)
            scale.append(math.sqrt(spread) * math.sqrt(left + left * left / n))
        t = t_quantile(0.975, n - 1)
        low = max(expected[0] - t * scale[0], float(to_date[0]))
        high = max(expected[1] + t * scale[1], expected[0] + t * scale[0])
        return expected[0], low, high

    def stock_forecast(self, code: str, period: str) -> tuple[float, float, float] | None:
        """The straight line through the levels, carried on, with its 95 % prediction interval."""
        levels = [(place, float(low)) for place, low, high in self.quarters(code, period) if low == high]
        n = len(levels)
        if n < FEWEST or levels[-1][0] != index(period):
            return None
        middle = sum(place for place, _ in levels) / n
        mean = sum(level for _, level in levels) / n
        across = sum((place - middle) ** 2 for place, _ in levels)
        product = sum((place - middle) * (level - mean) for place, level in levels)
        rest = max(sum((level - mean) ** 2 for _, level in levels) - product * product / across, 0.0)
        ahead = index(LAST) - middle
        expected = mean + product / across * ahead
        scale = math.sqrt(rest / (n - 2) * (1 + 1 / n + ahead * ahead / across))
        t = t_quantile(0.975, n - 2)
        return max(expected, 0.0), max(expected - t * scale, 0.0), max(expected + t * scale, 0.0)
