"""Different people reached by all programs together, and contributions, as bounds.

At least: the largest of one program; programs that are disjoint from one another, added up; two programs whose overlap
is counted, less it; the different keys of all programs together. At most: programs within another left out; of the
others, each shares people with at most one larger program that is taken account of (Hunter 1976, Worsley 1982).

A program that lists more keys than it reports people contradicts itself: its keys count for nothing, and it has at
least as many people as it reports, at most as many as it lists.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from itertools import combinations, permutations

from counts import ZERO, Indicators, Line, index

TEN = Decimal(10)
Size = tuple[Decimal, Decimal]


class People:
    """Keys of persons, by program; a key is read from its cell and never leaves the program."""

    def __init__(self, indicators: Indicators, overlaps: list[Line]) -> None:
        self.indicators = indicators
        self.declared: set[tuple[str, str, str]] = set()
        for line in overlaps:
            mine, theirs, what = line["program_code"], line["with_program_code"], line["overlap"]
            self.declared.add((mine, theirs, what))
            if what != "within":
                self.declared.add((theirs, mine, what))
        self.firsts = self._firsts()

    def _firsts(self) -> dict[tuple[str, str, object], int]:
        """Program, name of the key's secret and key → the first quarter a program lists it."""
        cells = self.indicators.terms.cells
        firsts: dict[tuple[str, str, object], int] = {}
        for line in self.indicators.terms.by_subject["people"]:
            if not self._is_there(line):
                continue
            (key,) = cells.of(line["term"], "person")
            name = cells.word(line["term"], "key_name")
            place = (line["program_code"], name, cells.check(key))
            firsts[place] = min(firsts.get(place, index(line["period"])), index(line["period"]))
        return firsts

    def _is_there(self, line: Line) -> bool:
        """Whether a member was one on any day of the quarter."""
        cells, period = self.indicators.terms.cells, line["period"]
        since, until = cells.word(line["term"], "since"), cells.word(line["term"], "until")
        first = f"{period[:4]}-{('01', '04', '07', '10')[int(period[6]) - 1]}-01"
        last = f"{period[:4]}-{('03-31', '06-30', '09-30', '12-31')[int(period[6]) - 1]}"
        return (not since or since <= last) and (not until or until >= first)

    def keys(self, program: str, period: str) -> dict[str, set[object]]:
        """Keys of a program up to a quarter, by the name of their secret."""
        found: dict[str, set[object]] = defaultdict(set)
        for (mine, name, key), first in self.firsts.items():
            if mine == program and first <= index(period):
                found[name].add(key)
        return found

    def together(self, period: str, without: list[dict[str, set[object]]]) -> int:
        """Different keys of all programs: the largest number under one secret, less all that some programs list."""
        found: dict[str, set[object]] = defaultdict(set)
        for (_, name, key), first in self.firsts.items():
            if first <= index(period):
                found[name].add(key)
        counts = [len(keys) - sum(len(one.get(name, ())) for one in without) for name, keys in found.items()]
        return max(counts, default=0)

    def reach(self, period: str, released: bool) -> dict[str, object]:
        """Bounds of all programs together."""
        reported: dict[str, list[Size]] = defaultdict(list)
        for code, facts in self.indicators.facts.items():
            if facts["kind"] != "reach" or index(facts["first_period"]) > index(period):
                continue
            found = self.indicators.bounds(code, period, "since_start")
            if found is not None:
                reported[facts["program_code"]].append((found[0], found[1]))
        keyed = {program: self.keys(program, period) for program in reported}
        sizes: dict[str, Size] = {}
        wrong = set()
        for program, rows in reported.items():
            lows = [ZERO if released and 1 <= low <= 10 else low for low, _ in rows]
            highs = [TEN if released and 1 <= high <= 10 else high for _, high in rows]
            keys = max((len(items) for items in keyed[program].values()), default=0)
            if keys > sum((high for _, high in rows), ZERO):
                wrong.add(program)
                sizes[program] = (max(lows), max(sum(highs, ZERO), Decimal(keys)))
            else:
                sizes[program] = (max([*lows, Decimal(0 if released and keys <= 10 else keys)]), sum(highs, ZERO))
        shared = self._shared({program: names for program, names in keyed.items() if program not in wrong})
        together = self.together(period, [keyed[program] for program in sorted(wrong)])
        low = self._at_least(sizes, shared, wrong, 0 if released and together <= 10 else together, released)
        high = self._at_most(sizes, shared, released)
        contradicts = low > high
        return {"reach_low": None if contradicts else low, "reach_high": None if contradicts else high}

    def _shared(self, keyed: dict[str, dict[str, set[object]]]) -> dict[tuple[str, str], int]:
        shared: dict[tuple[str, str], int] = {}
        for mine, theirs in permutations(keyed, 2):
            common = [len(keys & keyed[theirs].get(name, set())) for name, keys in keyed[mine].items()]
            if max(common, default=0):
                shared[mine, theirs] = max(common)
        return shared

    def _at_least(
        self, sizes: dict[str, Size], shared: dict[tuple[str, str], int], wrong: set[str], together: int, released: bool
    ) -> Decimal:
        candidates = [low for low, _ in sizes.values()]
        for anchor in sizes:
            near = [other for other in sizes if (anchor, other, "none") in self.declared]
            clashing = {
                one for one in near for other in near if one != other and (one, other, "none") not in self.declared
            }
            family = [other for other in near if other not in clashing]
            if family:
                candidates.append(sizes[anchor][0] + sum((sizes[other][0] for other in family), ZERO))
            candidates += [sizes[anchor][0] + sizes[other][0] for other in near]
        for mine, theirs in combinations(sorted(sizes), 2):
            if (mine, theirs, "counted") in self.declared and not wrong & {mine, theirs}:
                common = shared.get((mine, theirs))
                most = ZERO if common is None else Decimal(max(common, 10) if released else common)
                candidates.append(sizes[mine][0] + sizes[theirs][0] - most)
        return max([*candidates, Decimal(together)], default=ZERO)

    def _at_most(self, sizes: dict[str, Size], shared: dict[tuple[str, str], int], released: bool) -> Decimal:
        within = {
            program: [other for other in sizes if (program, other, "within") in self.declared] for program in sizes
        }
        capped = {
            program: min([sizes[program][1], *(sizes[other][1] for other in within[program])]) for program in sizes
        }
        order = sorted(sizes, key=lambda program: (-capped[program], len(within[program]), program))
        kept = [
            program
            for place, program in enumerate(order)
            if not any(other in order[:place] for other in within[program])
        ]
        total = sum((capped[program] for program in kept), ZERO)
        for place, program in enumerate(kept):
            common = [shared.get((program, larger), 0) for larger in kept[:place]]
            sure = [count for count in common if not released or count > 10]
            total -= max(sure, default=0)
        return total

    def contribution(self, code: str, period: str, released: bool) -> dict[str, object]:
        """Bounds of the people the indicators of a contribution speak of."""
        lows: list[Decimal] = []
        highs: list[Decimal] = []
        coverage: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
        counted = 0
        for indicator, facts in self.indicators.facts.items():
            if code not in facts["contributes_to"].split(";") or facts["kind"] not in ("flow", "stock", "reach"):
                continue
            if index(facts["first_period"]) > index(period):
                continue
            met, due, _ = self.indicators.coverage(indicator, period, facts["headline_span"])
            coverage[facts["program_code"]].append((due - met, due, indicator))
            found = self.indicators.bounds(indicator, period, facts["headline_span"])
            if found is None:
                continue
            counted += 1
            low, high = self._people_low(indicator, period, found[0]), found[1]
            lows.append(ZERO if released and 1 <= low <= 10 else low)
            highs.append(TEN if released and 1 <= high <= 10 else high)
        lacking = [min(items, key=lambda item: (-item[0], -item[1], item[2])) for items in coverage.values()]
        return {
            "people_low": max(lows, default=None),
            "people_high": sum(highs, ZERO) if highs else None,
            "indicator_count": Decimal(counted),
            "coverage_met": Decimal(sum(due - missing for missing, due, _ in lacking)),
            "coverage_due": Decimal(sum(due for _, due, _ in lacking)),
        }

    def _people_low(self, indicator: str, period: str, reach_low: Decimal) -> Decimal:
        """At least how many different people: of a flow the largest row, of a level the largest partner."""
        facts, terms = self.indicators.facts[indicator], self.indicators.terms
        if facts["kind"] == "reach":
            return reach_low
        if facts["kind"] == "flow":
            rows = [
                line
                for line in terms.by_subject[indicator]
                if line["op"] != "nil" and index(line["period"]) <= index(period)
            ]
            return max((terms.value(line)[0] for line in rows), default=ZERO)
        by_partner: dict[str, Decimal] = defaultdict(lambda: ZERO)
        for line in self.indicators.contributing(indicator, period, facts["headline_span"]):
            by_partner[line["partner_code"]] += terms.value(line)[0]
        return max(by_partner.values(), default=ZERO)

    def reach_coverage(self, period: str) -> tuple[int, int]:
        """Returns in and due of the programs that reach people, each by the indicator that lacks most."""
        worst: dict[str, tuple[int, int, str]] = {}
        for code, facts in self.indicators.facts.items():
            if facts["kind"] != "reach" or index(facts["first_period"]) > index(period):
                continue
            met, due, _ = self.indicators.coverage(code, period, "since_start")
            item = (met - due, 0, code)
            known = worst.get(facts["program_code"])
            if known is None or (item[0], item[2]) < (known[0], known[2]):
                worst[facts["program_code"]] = (met - due, due, code)
        return sum(due + gap for gap, due, _ in worst.values()), sum(due for _, due, _ in worst.values())
