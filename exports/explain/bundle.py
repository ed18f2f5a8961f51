"""The evidence bundle of a year's extract: its figures, the cells they rest on, and the script that recomputes them.

Restricted: it lists what partners wrote, cell by cell. Written beside the exports as ``restricted/evidence/<year>/``.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import sources
from exports import safe, table
from exports.explain.evidence import Reading
from exports.explain.evidence_cells import CELL_COLUMNS, TERM_COLUMNS, Evidence
from exports.explain.evidence_figures import FIGURE_COLUMNS, figures
from exports.explain.evidence_polls import POLL_COLUMNS, WORD_COLUMNS, poll_evidence
from exports.explain.html import headlines, write_figures
from exports.explain.spool import Spool
from exports.origin_cells import KeptTables
from exports.published import Published
from sources.currency import Rates

if TYPE_CHECKING:
    from sources.contract.model import Contract
    from sources.log.state import LedgerState
    from sources.settings import Settings

GOALS = Path(sources.__file__).parent / "reference" / "goals.csv"
#: What is declared of programs that reach the same people.
OVERLAPS = Path(sources.__file__).parent / "reference" / "overlaps.csv"
EVIDENCE = "evidence"
_SCRIPT = "exports.explain"
_INDICATOR_COLUMNS = (
    "indicator_code", "program_code", "kind", "unit", "overlap", "direction", "counts_people", "headline_span",
    "baseline_value", "baseline_period", "first_period", "period_kind", "contributes_to",
)  # fmt: skip
_OVERLAP_COLUMNS = ("program_code", "with_program_code", "overlap", "source", "basis")
_GOAL_COLUMNS = ("goal_code", "target_value", "start_year", "by_year", "basis", "source", "as_of")
_README = """Evidence of the annual extract {year}, build {build}

RESTRICTED. These files list what partners wrote, cell by cell. They are never released.{notice}

figures.csv   every figure: what the warehouse published (exact), what readers see (shown), whether it is hidden or
              rounded for disclosure control, and by what arithmetic it came about
terms.csv     every row of a partner's file (or declaration of nothing to report) and what it adds to
cells.csv     the cells of each term: SHA-256 and name of the file, sheet, cell, raw text, its role, and how to read it
rates.csv     the exchange rates used, with the day and who published them
indicators.csv targets.csv returns.csv partners.csv overlaps.csv goals.csv
              what figures rest on besides cells: definitions, targets and their sources, returns due and in, waivers

A figure of an indicator rests on the terms of its indicator whose quarter its span covers; of a level, on each
partner's last report. To recompute every figure from the originals alone, with Python 3.11 and no library at all:

    python recompute.py --originals PATH_TO/landing/originals

What is hidden for disclosure control is recomputed too, and compared with the exact figure of the restricted tables;
which further figures had to be hidden so that it cannot be worked out is decided by a search, whose result is not
recomputed.
"""


class Inside(NamedTuple):
    """What lies behind a build: where originals are, what the log says, how files are read."""

    settings: Settings
    state: LedgerState
    contracts: Mapping[str, Contract]


def write_explained(published: Published, folder: Path, inside: Inside, year: int | None = None) -> list[Path]:
    """Write the evidence of a year's extract, and a page for each headline figure of the newest.

    Args:
        published: The build whose figures it is about.
        folder: The folder ``restricted`` of the exports.
        inside: The log and the originals behind it.
        year: The extract's year; by default the newest.

    Returns:
        The files written; none where the build has no extract.
    """
    if not published.has("pub_leads__indicator_rows"):
        return []
    listed = figures(published, year)
    if not listed:
        return []
    year = int(listed[0][0])
    settings, state, contracts = inside
    rates, kept = Rates(), KeptTables()
    reading = Reading(published, inside, headlines(published), rates, Spool(folder), kept)
    reading.go()
    evidence, target = reading.evidence, folder / EVIDENCE / str(year)
    polls, words = poll_evidence(settings, state, contracts, kept)
    contents = {
        "figures.csv": safe.csv_bytes(FIGURE_COLUMNS, [row[1:] for row in listed]),
        "polls.csv": safe.csv_bytes(POLL_COLUMNS, polls),
        "words.csv": safe.csv_bytes(WORD_COLUMNS, words),
        **_facts(published, state, contracts, evidence),
        "README.txt": _readme(published, year, evidence).encode(),
        **_scripts(),
    }
    written = write_figures(published, folder, inside, reading.figures, rates)
    for name, data in sorted(contents.items()):
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        written.append(path)
    terms, cells = target / "terms.csv", target / "cells.csv"
    evidence.spool.write((terms, TERM_COLUMNS), (cells, CELL_COLUMNS))
    return [*written, terms, cells]


def _readme(published: Published, year: int, evidence: Evidence) -> str:
    notice = "\nSynthetic sample: every partner and every figure in them is invented." if _synthetic(published) else ""
    text = _README.format(year=year, build=published.build_id, notice=notice)
    if evidence.unexplained:
        names = ", ".join(sorted({subject for subject, _ in evidence.unexplained}))
        text += f"\nNo rule explains every row of these indicators; their figures cannot be recomputed: {names}.\n"
    return text


def _synthetic(published: Published) -> bool:
    return any(row["is_synthetic"] for row in published.arrow("pub_meta__build").to_pylist())


def _scripts() -> dict[str, bytes]:
    """The script that recomputes the figures, as it lies in this package."""
    package = resources.files(_SCRIPT)
    files = {"recompute.py": package.joinpath("recompute.py").read_bytes()}
    for item in package.joinpath("independent").iterdir():
        if item.name.endswith(".py"):
            files[f"independent/{item.name}"] = item.read_bytes()
    return files


def _facts(
    published: Published, state: LedgerState, contracts: Mapping[str, Contract], evidence: Evidence
) -> dict[str, bytes]:
    """What figures rest on besides cells, as files."""
    rates = [(*key, *value) for key, value in sorted(evidence.rates.items())]
    return {
        "indicators.csv": safe.csv_bytes(_INDICATOR_COLUMNS, _indicators(published, contracts)),
        "targets.csv": safe.csv_bytes(
            ("indicator_code", "year", "target_value", "basis", "source"), _targets(published, state, contracts)
        ),
        "returns.csv": safe.csv_bytes(
            ("program_code", "partner_code", "period", "state", "submission_id", "waived"), _returns(published, state)
        ),
        "partners.csv": safe.csv_bytes(
            ("program_code", "partner_code", "until"),
            [
                (program, partner.code, partner.until)
                for program, contract in sorted(contracts.items())
                for partner in sorted(contract.partners, key=lambda item: item.code)
            ],
        ),
        "rates.csv": safe.csv_bytes(("currency_code", "rate_day", "rate", "source"), rates),
        "overlaps.csv": safe.csv_bytes(_OVERLAP_COLUMNS, _overlaps()),
        "goals.csv": safe.csv_bytes(_GOAL_COLUMNS, _goals(published)),
        "outcomes.csv": safe.csv_bytes(("outcome_code", "action"), _outcomes(published)),
    }  # fmt: skip


def _indicators(published: Published, contracts: Mapping[str, Contract]) -> Iterable[Sequence[Any]]:
    kpi = published.arrow(table.KPI).select(["indicator_code", "period"]).to_pylist()
    first: dict[str, str] = {}
    for row in kpi:
        code = row["indicator_code"]
        first[code] = min(first.get(code, row["period"]), row["period"])
    overlaps = {
        row["indicator_code"]: row["overlap"]
        for row in published.arrow("pub_leads__indicator_rows").select(["indicator_code", "overlap"]).to_pylist()
    }
    for row in published.arrow("pub_meta__definitions").to_pylist():
        code, program = row["indicator_code"], row["program_code"]
        if code not in first:
            continue
        yield (
            code, program, row["kind"], row["unit"], overlaps.get(code, "unknown"), row["direction"],
            row["counts_people"], row["headline_span"], row["baseline_value"], row["baseline_period"], first[code],
            contracts[program].period_kind, row["contributes_to"],
        )  # fmt: skip


def _targets(published: Published, state: LedgerState, contracts: Mapping[str, Contract]) -> Iterable[Sequence[Any]]:
    """Targets in force: what a program's folder states, unless leads changed it since."""
    sources = {
        row["indicator_code"]: row["target_source"] for row in published.arrow("pub_meta__definitions").to_pylist()
    }
    aims = {
        (target.indicator, target.year): (target.value, target.basis, sources.get(target.indicator))
        for contract in contracts.values()
        for target in contract.targets
    }
    for change in sorted(state.target_changes.values(), key=lambda item: item.decided_seq or 0):
        if change.state == "approved":
            why = f"{change.id}, approved by {change.decided_by}: {change.why}"
            aims[change.indicator, change.year] = (change.value, "assumed", why)
    for (indicator, year), aim in sorted(aims.items()):
        yield (indicator, year, *aim)


def _returns(published: Published, state: LedgerState) -> Iterable[Sequence[Any]]:
    """Every return owed or excused, and the indicators it is waived for."""
    as_of = published.as_of
    waived: dict[tuple[str, str, str], list[str]] = {}
    for waiver in state.waivers:
        if waiver.indicator and (waiver.expires_on is None or waiver.expires_on.isoformat() >= as_of):
            waived.setdefault((waiver.program, waiver.partner, waiver.period), []).append(waiver.indicator)
    for row in published.arrow("pub_leads__obligations").to_pylist():
        place = (row["program_code"], row["partner_code"], row["period"])
        yield (*place, row["obligation_state"], row["submission_id"], ";".join(sorted(waived.get(place, []))))


def _goals(published: Published) -> Iterable[Sequence[Any]]:
    with GOALS.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            yield (
                row["goal_code"], row["target_value"], row["start_year"], row["by_year"], row["basis"], row["source"],
                published.as_of,
            )  # fmt: skip


def _outcomes(published: Published) -> Iterable[Sequence[Any]]:
    """What was asked of everybody and compared between groups, and the actions of which many could be named."""
    if not published.has("pub_leads__trust_estimates"):
        return []
    compared = {row["outcome_code"] for row in published.arrow("pub_leads__trust_estimates").to_pylist()}
    actions = {row["action_code"] for row in published.arrow("pub_leadership__restoring_actions").to_pylist()}
    return [*((code, "") for code in sorted(compared)), *((f"restoring|{code}", code) for code in sorted(actions))]


def _overlaps() -> Iterable[Sequence[Any]]:
    with OVERLAPS.open(encoding="utf-8", newline="") as stream:
        return [tuple(row.values()) for row in csv.DictReader(stream)]
