"""The gate between the house and everyone else: nothing leaves while an outsider could work out a small number."""

from __future__ import annotations

import json
import time
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from exports.disclosure.audit import INFEASIBLE, SOLVED, audit
from exports.disclosure.certificate import Certificate
from exports.disclosure.derived import broken
from exports.disclosure.facts import ledgers
from exports.disclosure.ledger import Ledger
from exports.disclosure.lines import exposed
from exports.disclosure.shown import shown_of
from exports.disclosure.truth import DECISIONS, truth_of
from exports.published import RELEASE, RESTRICTED

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from exports.published import Published

#: Seconds the attacker gets; a bound it does not prove by then counts as a leak.
SECONDS = 300.0
#: Bounds less than this apart, though not equal, are counted as narrow.
NARROW = 3
FILE = "disclosure-certificate.json"


def gate(published: Published, earlier: Sequence[Published] = (), *, seconds: float = SECONDS) -> Certificate:
    """Attack a build together with all that was released before it.

    Args:
        published: The build, restricted tables included.
        earlier: Builds released before, oldest first.
        seconds: Time for the attack. What is not proven by then is not safe: the build is refused.

    Returns:
        A certificate; ``passed`` only where every number to be kept has at least two possible values, every
        derived figure follows from what is shown, and every released figure is true.
    """
    started = time.monotonic()
    releases = [*(each for each in earlier if each.build_id != published.build_id), published]
    truths = [truth_of(each) for each in releases]
    shown = [shown_of(each, truth) for each, truth in zip(releases, truths, strict=True)]
    books = ledgers(truths, shown)
    problems = [book.problem(name) for name, book in books.items()]
    answers = audit(problems, seconds=seconds)
    leaks, narrow, recovered = _judged(books, answers)
    spared = _known_before(books, recovered, len(releases) - 1, seconds - (time.monotonic() - started))
    leaks += [f"{name} can be worked out exactly." for names in recovered.values() for name in names - spared]
    known = {figure.place for figures in shown[:-1] for figure in figures if not figure.is_hidden}
    uncounted = [figure for book in books.values() for figure in book.uncounted]
    if uncounted and not published.has(DECISIONS):
        leaks.append("The build was made without disclosure control. Make it anew: impact run")
    else:
        leaks += [f"{figure}: there is no count to check it against." for figure in uncounted]
    leaks += [*broken(published), *exposed(shown[-1], truths[-1], known)]
    return Certificate(
        build_id=published.build_id,
        earlier=tuple(each.build_id for each in releases[:-1]),
        figures=sum(book.figures for book in books.values()),
        targets=sum(len(book.targets) for book in books.values()),
        leaks=tuple(sorted(leaks)),
        known_before=len(spared),
        narrow=narrow,
        solver=f"HiGHS {version('highspy')}, bounds proven in integers",
        seconds=time.monotonic() - started,
        limit=seconds,
    )


def _judged(books: dict[str, Ledger], answers: Sequence[dict[str, Any]]) -> tuple[list[str], int, dict[str, set[str]]]:
    """What is wrong whatever was known before, how many numbers are narrow, and which come out exactly."""
    leaks: list[str] = []
    narrow, recovered = 0, {}
    for (name, book), answer in zip(books.items(), answers, strict=True):
        leaks += [f"{figure}: what is shown is not borne out by what was counted." for figure in book.untrue]
        if answer["status"] == INFEASIBLE:
            leaks.append(f"{name}: the released figures contradict each other.")
        exact = {target["name"] for target in answer["targets"] if target["exact"]}
        if exact:
            recovered[name] = exact
        for target in answer["targets"]:
            if target["status"] not in (SOLVED, INFEASIBLE):
                leaks.append(f"{target['name']}: not proven safe in time, which counts as not safe.")
            elif not target["exact"] and target["hi"] is not None and target["lo"] is not None:
                narrow += target["hi"] - target["lo"] < NARROW
        if answer["status"] not in (SOLVED, INFEASIBLE) and not answer["targets"]:
            leaks.append(f"{name}: not proven to be free of contradictions in time.")
    return leaks, narrow, recovered


def _known_before(books: dict[str, Ledger], recovered: dict[str, set[str]], last: int, left: float) -> set[str]:
    """Numbers that come out of the earlier releases alone."""
    if not last or not recovered:
        return set()
    problems = [books[name].problem(name, before=last, only=names) for name, names in sorted(recovered.items())]
    answers = audit(problems, seconds=max(left, 0.0))
    return {target["name"] for answer in answers for target in answer["targets"] if target["exact"]}


def write_certificate(certificate: Certificate, folder: Path) -> None:
    """Write the certificate into both trees of an export: without names for everyone, with them for those inside."""
    for tree, value in ((RELEASE, certificate.as_dict()), (RESTRICTED, certificate.as_restricted())):
        (folder / tree).mkdir(parents=True, exist_ok=True)
        (folder / tree / FILE).write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", "utf-8")
