"""What a release says of counts of people: every figure of its tables, as bounds that follow from the value shown."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from exports.disclosure import rules
from exports.disclosure.exact import exact
from exports.disclosure.truth import DECISIONS, Truth, Who
from exports.safe import is_blank

if TYPE_CHECKING:
    from exports.published import Published

_KEPT = "As in release"

Side = tuple[Fraction, Fraction]


@dataclass(frozen=True)
class Shown:
    """One figure about people as a release shows it, or does not.

    Attributes:
        source: The released table, in one word.
        who: Whose people.
        period: Its period.
        span: The time it speaks for.
        low: What is known of the lower bound: at least, at most; of a share in percent. ``None`` where hidden.
        high: The same of the upper bound.
        is_share: Whether it is a share of a base that is not shown.
        is_hidden: Whether it is hidden.
        is_told_small: Whether it is shown as “1–10”.
    """

    source: str
    who: Who
    period: str
    span: str
    low: Side | None
    high: Side | None
    is_share: bool = False
    is_hidden: bool = False
    is_told_small: bool = False

    @property
    def place(self) -> tuple[Who, str, str]:
        """What it is about."""
        return self.who, self.period, self.span


def shown_of(published: Published, truth: Truth) -> list[Shown]:
    """Every figure about people of the release tables of a build, hidden ones included."""
    release = published.release()
    found = [*_of_table(release, "pub_leadership__progress", "progress")]
    found += _of_table(release, "pub_leadership__breakdown", "breakdown")
    found += _people(release, "pub_leadership__reach", "reach", "reach")
    found += _people(release, "pub_leadership__contributions", "contribution", "people")
    found += _heard(release, decided=published.has(DECISIONS))
    found += _claims(release, truth, {each.place for each in found})
    return [each for each in found if each.who.indicator not in truth.polls]


def _of_table(release: Published, table: str, source: str) -> list[Shown]:
    if not release.has(table):
        return []
    found = []
    for row in release.frame(table).to_dict("records"):
        if not row["counts_people"]:
            continue
        member = (str(row["dimension"]), str(row["member_code"])) if "dimension" in row else ("total", "total")
        who = Who(str(row["indicator_code"]), *member)
        found.append(_figure(source, who, row, "value_low", "value_high"))
    return found


def _figure(source: str, who: Who, row: dict[str, Any], low: str, high: str) -> Shown:
    share = row.get("kind") == "ratio"
    period, span = str(row["period"]), str(row.get("span", "since_start"))
    hidden = bool(row["is_suppressed"])
    told = hidden and str(row.get("display")) == "1–10"
    if told:
        small = (Fraction(1), Fraction(rules.FEWEST - 1))
        return Shown(source, who, period, span, small, small, is_hidden=True, is_told_small=True)
    if is_blank(row[low]) or is_blank(row[high]):
        return Shown(source, who, period, span, None, None, share, is_hidden=hidden)
    is_rounded = bool(row.get("is_rounded"))
    kept = _KEPT in str(row.get("footnote"))
    sides = [_side(row[column], share=share, is_rounded=is_rounded, kept=kept) for column in (low, high)]
    return Shown(source, who, period, span, *sides, share, is_hidden=hidden)


def _side(value: Any, *, share: bool, is_rounded: bool, kept: bool) -> Side:
    """The values that are shown as this one."""
    shown = exact(value)
    if share:
        if is_rounded:
            least, most = rules.percent_bounds(int(shown))
            return Fraction(least, 2), Fraction(most, 2)
        return shown - Fraction(1, 200), shown + Fraction(1, 200)
    low, high = map(Fraction, rules.unrounded(int(shown))) if is_rounded else (shown, shown)
    if kept:
        low, high = max(Fraction(0), low - rules.FEWEST + 1), high + rules.FEWEST - 1
    return low, high


def _people(release: Published, table: str, source: str, column: str) -> list[Shown]:
    if not release.has(table):
        return []
    found = []
    for row in release.frame(table).to_dict("records"):
        which = f"/{row['contribution_code']}" if "contribution_code" in row else ""
        found.append(_figure(source, Who(f"{source}{which}"), row, f"{column}_low", f"{column}_high"))
    return found


def _heard(release: Published, *, decided: bool) -> list[Shown]:
    table = "pub_leadership__heard_to_done"
    if not release.has(table):
        return []
    found = []
    for row in release.frame(table).to_dict("records"):
        row |= {"period": "all", "is_suppressed": row["is_patients_suppressed"], "is_rounded": decided}
        # A barrier that no patient named has no such figure.
        if row["is_suppressed"] or not is_blank(row["patients_count_low"]):
            who = Who(f"heard/{row['barrier_code']}")
            found.append(_figure("heard", who, row, "patients_count_low", "patients_count_high"))
    return found


def _claims(release: Published, truth: Truth, known: set[tuple[Who, str, str]]) -> list[Shown]:
    """Counts of people held against a claim that no other table shows: one quarter, one country."""
    table = "pub_leadership__claims"
    if not release.has(table):
        return []
    found = []
    for row in release.frame(table).to_dict("records"):
        code = str(row["measure_code"])
        if row["measure"] != "indicator" or code not in truth.kinds or is_blank(row["value_high"]):
            continue
        row |= {"kind": truth.kinds[code], "is_rounded": row.get("is_rounded", True), "is_suppressed": False}
        read = _figure("claim", Who(code), row, "value_low", "value_high")
        fitting = _fitting(truth, code, str(row["period"]), read)
        if not fitting:
            # Kept as an earlier release showed it, as the figure it repeats.
            read = _figure("claim", Who(code), row | {"footnote": _KEPT}, "value_low", "value_high")
            fitting = _fitting(truth, code, str(row["period"]), read)
        if not fitting:
            # A count that is nobody's, for all the house knows, is not let out: there is nothing to check it against.
            nobody = Who(code, "claim", str(row["claim_code"]))
            found.append(Shown("claim", nobody, read.period, read.span, read.low, read.high, read.is_share))
        elif fitting[0] not in known:
            found.append(Shown("claim", *fitting[0], read.low, read.high, read.is_share))
    return found


def _fitting(truth: Truth, code: str, period: str, read: Shown) -> list[tuple[Who, str, str]]:
    """Figures of an indicator and period that would be shown as this one, the widest first."""
    found = []
    for (who, when, span), counted in truth.counts.items():
        if who.indicator != code or when != period or read.low is None or read.high is None:
            continue
        if not read.is_share:
            sizes = Fraction(counted.low), Fraction(counted.high)
        elif counted.base:
            sizes = Fraction(100 * counted.low, counted.base), Fraction(100 * counted.high, counted.base)
        else:
            continue
        if all(side[0] <= size <= side[1] for side, size in zip((read.low, read.high), sizes, strict=True)):
            found.append((who, when, span))
    return sorted(found, key=lambda place: (place[0].dimension != "total", place[2] == "quarter", place))
