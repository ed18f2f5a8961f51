"""What was heard and what became of it, per barrier: items once, by the newest return that names them."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal

from counts import ZERO, Terms
from survey import Survey

Row = dict[str, object]
Item = tuple[str, str, str, str]
UNITS = {
    ("cheer", "roundtables"): "roundtables", ("dialogue_events", "dialogues"): "dialogues",
    ("heal", "survey_feedback"): "patients", ("hemophilia_b", "findings"): "findings",
}  # fmt: skip
#: What a program's word for how far something is means here; a word that is not listed is its own.
SIDES = {
    "cheer": {"idea": "", "designed": "agreed", "running": "under_way", "completed": "done"},
    "heal": {"planned": "agreed", "running": "under_way", "completed": "done"},
    "hemophilia_b": {
        "proposed": "recommended", "under_discussion": "taken_up", "in_force": "implemented", "rejected": "dropped",
    },
    "research_policy": {"published": "recommended", "presented": "recommended"},
}  # fmt: skip
STEPS = ("agreed", "under_way", "done", "recommended", "taken_up", "adopted", "implemented")


class Heard:
    """Barriers by program, with who named them and what is done about them."""

    def __init__(self, terms: Terms, survey: Survey) -> None:
        self.terms = terms
        #: Program, barrier, partner and item → most that named it, and the first quarter somebody did.
        self.named: dict[Item, tuple[Decimal, Decimal, str]] = {}
        #: Program, partner and item → per quarter, the barriers at each side.
        self.answers: dict[tuple[str, str, str], dict[str, set[tuple[str, str]]]] = defaultdict(
            lambda: defaultdict(set)
        )
        for line in terms.by_subject["heard"]:
            self._add(line)
        for (wave, country), answers in survey.barriers.items():
            for barrier, count in Counter(code for given in answers for code in given.split(";")).items():
                self._note(("trust_survey", barrier, "poll", f"{wave}/{country}"), Decimal(count), Decimal(count),
                           survey.periods[wave, country])  # fmt: skip

    def _add(self, line: dict[str, str]) -> None:
        cells, term, program, table = self.terms.cells, line["term"], line["program_code"], line["op"]
        barriers = [code for code in cells.word(term, "barriers").split(";") if code]
        item, partner, period = cells.word(term, "item"), line["partner_code"], line["period"]
        if (program, table) in UNITS:
            low = high = Decimal(1)
            name = f"{period}/{item}" if program in ("cheer", "dialogue_events") else item
            if table == "survey_feedback":
                mentions = cells.of(term, "mentions")
                low, high = cells.bounds(mentions[0]) if mentions else (ZERO, ZERO)
                name = f"{line['submission_id']}/{term}"
            for barrier in barriers:
                self._note((program, barrier, partner, name), low, high, period)
        if table in ("roundtables", "dialogues", "survey_feedback"):
            return
        stage = cells.word(term, "stage")
        if program == "research_policy" and cells.word(term, "kind") != "recommendation":
            return
        side = self._side(program, stage)
        if side:
            self.answers[program, partner, item][period] |= {(barrier, side) for barrier in barriers}

    @staticmethod
    def _side(program: str, stage: str) -> str:
        if not stage:
            return "dropped" if program in ("cheer", "heal") else ""
        known = SIDES.get(program, {})
        if program in ("cheer", "heal"):
            return known.get(stage, "dropped")
        return known.get(stage, stage)

    def _note(self, key: Item, low: Decimal, high: Decimal, period: str) -> None:
        before = self.named.get(key)
        first = period if high > 0 else ""
        if before is not None:
            low, high = max(low, before[0]), max(high, before[1])
            first = min(filter(None, (first, before[2])), default="")
        self.named[key] = (low, high, first)

    def row(self, barrier: str, program: str | None) -> Row:
        """A barrier's row: of one program, or of all, whose units are told apart."""
        mine = {key: value for key, value in self.named.items() if key[1] == barrier and program in (None, key[0])}
        firsts: dict[str, list[str]] = defaultdict(list)
        for (name, *_), (_, _, first) in mine.items():
            if first:
                firsts[name].append(first)
        row: Row = {
            "first_heard_period": min((min(items) for items in firsts.values()), default=None),
            "last_heard_period": max((max(items) for items in firsts.values()), default=None),
        }
        if program is not None:
            row["heard_count_low"] = sum((value[0] for value in mine.values()), ZERO) if mine else None
            row["heard_count_high"] = sum((value[1] for value in mine.values()), ZERO) if mine else None
        units = {
            "roundtables": "cheer", "dialogues": "dialogue_events", "findings": "hemophilia_b",
            "patients": "heal", "respondents": "trust_survey",
        }  # fmt: skip
        for unit, code in units.items():
            values = [value for key, value in mine.items() if key[0] == code]
            low = sum((value[0] for value in values), ZERO) if values else None
            high = sum((value[1] for value in values), ZERO) if values else None
            row |= {f"{unit}_count": high, f"{unit}_count_low": low, f"{unit}_count_high": high}
        return row | self._steps(barrier, program)

    def _steps(self, barrier: str, program: str | None) -> Row:
        counts: Counter[str] = Counter()
        for (code, _, _), periods in self.answers.items():
            if program in (None, code):
                newest = periods[max(periods)]
                counts.update(side for named, side in newest if named == barrier and side != "dropped")
        return {f"{step}_count": Decimal(counts[step]) for step in STEPS}
