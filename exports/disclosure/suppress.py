"""What of the figures about people is shown: the decision, from exact figures to rounded ones with reasons.

One row per figure goes in (mart ``fct_release_figures``), the same rows with the decision come out. The same figures,
the same earlier releases, the same decision: nothing here depends on a clock, a random number or what is installed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from exports.disclosure import fallback, linear, rules
from exports.safe import is_blank

if TYPE_CHECKING:
    import pandas as pd

#: What of it is dearest to readers: the last is hidden first.
WORTH = {"progress": 5, "reach": 4, "contribution": 4, "heard": 3, "country": 2, "population_group": 1}
DECIDED = (
    "figure_id",
    "is_shown",
    "suppression_reason",
    "is_attribute",
    "is_told_small",
    "shown_low",
    "shown_high",
    "kept_from",
    "anchor_low",
    "anchor_high",
)


def decide(
    figures: pd.DataFrame,
    earlier: Sequence[tuple[str, pd.DataFrame]] = (),
    attack: fallback.Attack | None = None,
) -> pd.DataFrame:
    """Decide of every figure whether it is shown, and as what.

    Args:
        figures: One row per figure: ``figure_id, source, tier, indicator_code, period, span, kind, dimension,
            member_code, count_low, count_high, base, low_adds, parts_of``.
        earlier: Name and decided figures (this function's own result) of each release before, oldest first.
        attack: The attacker that must find nothing; by default the integer one.

    Returns:
        The columns of :data:`DECIDED`, one row per figure, ordered by ``figure_id``.

    Raises:
        ValueError: Two figures have one id.
    """
    import pandas as pd

    records = figures.sort_values("figure_id").astype(object).to_dict("records")
    if len({record["figure_id"] for record in records}) != len(records):
        raise ValueError("Two figures have the same id.")
    wholes = {_place(record): record for record in records if record["source"] in ("progress", "breakdown")}
    for record in records:
        _decide_alone(record, wholes)
    _keep_what_was_shown(records, earlier)
    known = {
        name for _, frame in earlier for name, shown in zip(frame["figure_id"], frame["is_shown"], strict=True) if shown
    }
    _complement_lines(records, known)
    _repair(records, [frame for _, frame in earlier], known, attack)
    for record in records:
        if not record["is_shown"]:
            record["shown_low"] = record["shown_high"] = record["kept_from"] = None
            record["anchor_low"] = record["anchor_high"] = None
        record["is_told_small"] = linear.is_told_small(record)
    return pd.DataFrame(records, columns=list(DECIDED))


def _place(record: dict[str, Any]) -> tuple:
    return record["indicator_code"], record["period"], record["dimension"], record["member_code"]


def _decide_alone(record: dict[str, Any], wholes: dict[tuple, dict[str, Any]]) -> None:
    """Primary suppression and rounding."""
    low, high = _number(record["count_low"]), _number(record["count_high"])
    base = None if is_blank(record["base"]) else _number(record["base"])
    whole = None
    if not is_blank(record["parts_of"]):
        found = wholes.get((record["parts_of"], *_place(record)[1:]))
        whole = None if found is None else _number(found["count_high"])
    hidden = rules.is_hidden(rules.Figure(low, high, base, whole, record["tier"]))
    record["is_shown"] = not hidden
    record["suppression_reason"] = rules.PRIMARY if hidden else None
    # Nobody or everybody: hidden not for being few, so the attacker must not recover it either.
    record["is_attribute"] = hidden and base is None and not (rules.is_small(low) or rules.is_small(high))
    if base is not None:
        record["shown_low"], record["shown_high"] = rules.whole_percent(low, base), rules.whole_percent(high, base)
    elif record["tier"] == rules.POLL:
        record["shown_low"], record["shown_high"] = low, high
    else:
        record["shown_low"], record["shown_high"] = rules.rounded(low), rules.rounded(high)
    record["kept_from"], record["anchor_low"], record["anchor_high"] = None, low, high


def _keep_what_was_shown(records: list[dict[str, Any]], earlier: Sequence[tuple[str, pd.DataFrame]]) -> None:
    """A count that changed by 1 to 10 people since it was last published anew stands as it was published.

    Otherwise the two releases side by side would say how few came, or went.
    """
    before: dict[str, tuple[str, dict[str, Any]]] = {}
    for name, frame in earlier:
        for one in frame.astype(object).to_dict("records"):
            if one["is_shown"]:
                first = name if is_blank(one["kept_from"]) else str(one["kept_from"])
                before[str(one["figure_id"])] = (first, one)
            else:
                before.pop(str(one["figure_id"]), None)
    for record in records:
        if record["figure_id"] not in before or not is_blank(record["base"]) or record["tier"] != rules.PARTICIPANTS:
            continue
        first, old = before[record["figure_id"]]
        changes = [abs(_number(record[f"count_{side}"]) - _number(old[f"anchor_{side}"])) for side in ("low", "high")]
        if any(rules.is_small(change) for change in changes) and all(change < rules.FEWEST for change in changes):
            record["anchor_low"], record["anchor_high"] = _number(old["anchor_low"]), _number(old["anchor_high"])
            shown = _number(old["shown_low"]), _number(old["shown_high"])
            if shown != (record["shown_low"], record["shown_high"]):
                record["shown_low"], record["shown_high"], record["kept_from"] = *shown, first


def _complement_lines(records: list[dict[str, Any]], known: Iterable[str]) -> None:
    """Never one hidden part beside a total: countries and groups of each indicator and period."""
    totals = {
        (one["indicator_code"], one["period"], one["span"]): one for one in records if one["source"] == "progress"
    }
    lines: dict[tuple, list[dict[str, Any]]] = defaultdict(list)
    for one in records:
        if one["source"] == "breakdown" and one["tier"] == rules.PARTICIPANTS:
            lines[(one["indicator_code"], one["period"], one["span"], one["dimension"])].append(one)
    for line, parts in sorted(lines.items()):
        total = totals.get(line[:3])
        if total is None or not total["is_shown"]:
            continue
        sizes = [(one["figure_id"], _number(one["count_high" if is_blank(one["base"]) else "base"])) for one in parts]
        hidden = [one["figure_id"] for one in parts if not one["is_shown"]]
        more = fallback.partners_in_line(sizes, hidden, known)
        for one in parts:
            if one["figure_id"] in more:
                one["is_shown"], one["suppression_reason"] = False, rules.COMPLEMENTARY


def _repair(
    records: list[dict[str, Any]],
    earlier: list[pd.DataFrame],
    known: set[str],
    attack: fallback.Attack | None,
) -> None:
    """Hide the cheapest figure that gives a target away, until the attacker finds none.

    Every round hides at least one figure more, so it ends: at worst with nothing about people shown.
    """
    import pandas as pd

    attack = attack or fallback.integer_attack
    by_name = {record["figure_id"]: record for record in records}
    settled: dict[str, Any] = {}
    while True:
        current = pd.DataFrame(records)
        problems = linear.problems(linear.rows(current, earlier))
        truth = linear.cells(current, earlier)
        # What did not change since it was found safe is not attacked again.
        fresh = [problem for problem in problems if settled.get(problem["id"]) != problem]
        leaks = []
        for problem, answer in zip(fresh, attack([linear.bare(problem) for problem in fresh], truth), strict=True):
            exact = [target["name"] for target in answer["targets"] if target["exact"]]
            if exact:
                leaks.append((problem, exact))
            else:
                settled[problem["id"]] = problem
        hid = 0
        for problem, names in leaks:
            costs = {
                name: _cost(by_name[name])
                for name, release in zip(problem["sources"], problem["releases"], strict=True)
                if name is not None
                and release == len(earlier)
                and name in by_name
                and by_name[name]["is_shown"]
                and name not in known
            }
            target = next(one for one in problem["targets"] if one["name"] in names)
            choice = fallback.cheapest_that_proves(problem, target["coef"], costs)
            if choice is None:
                # Only what was published before gives it away: nothing here can take that back.
                settled[problem["id"]] = problem
                continue
            by_name[choice]["is_shown"], by_name[choice]["suppression_reason"] = False, rules.COMPLEMENTARY
            hid += 1
        if not hid:
            return


def _cost(record: dict[str, Any]) -> tuple[int, int]:
    kind = record["dimension"] if record["source"] == "breakdown" else record["source"]
    return WORTH[kind], _number(record["count_high"])


def _number(value: object) -> int:
    return round(float(value))  # type: ignore[arg-type]
