"""The annual progress extract: ``release/annual/<year>.{xlsx,html}`` and ``release/annual/<year>/*.csv``.

Made from the release tables alone, so nothing restricted can slip in; small counts of people are
hidden in every file alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from exports import safe, wording
from exports.extract.content import document
from exports.extract.facts import DERIVED, Facts, extract_years, gather
from exports.extract.html import extract_html
from exports.extract.pdf import extract_pdf
from exports.extract.workbook import extract_workbook
from exports.published import Published

_PROGRESS = (
    "year",
    "program_code",
    "program_name",
    "indicator_code",
    "indicator_name",
    "unit",
    "kind",
    "level",
    "pillar_code",
    "key_action_code",
    "period",
    "span",
    "shown",
    "value",
    "value_low",
    "value_high",
    "is_suppressed",
    "coverage_met",
    "coverage_due",
    "data_status",
    "baseline_value",
    "target_value",
    "target_year",
    "target_basis",
    "planned_value",
    *DERIVED[3:],
    "progress_status",
    "footnote",
    "is_synthetic",
)


def write_extract(published: Published, folder: Path) -> list[Path]:
    """Write the extract of every year there are figures for.

    Args:
        published: The build to read; only its release tables are.
        folder: Folder the files go to (``…/release/annual``).

    Returns:
        The files written.
    """
    released = published.release()
    written = []
    for year in extract_years(released):
        facts = gather(released, year)
        text = document(facts)
        contents = {
            f"{year}.pdf": extract_pdf(text),
            f"{year}.xlsx": extract_workbook(facts),
            f"{year}.html": extract_html(text).encode(),
        }
        contents |= {f"{year}/{name}.csv": data for name, data in extract_csv(facts).items()}
        for name, data in contents.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            written.append(path)
    return written


def extract_csv(facts: Facts) -> dict[str, bytes]:
    """The extract's tables as CSV: ``progress``, ``investment_by_year``, ``definitions``, ``reach`` and
    ``contributions`` where they are published; for the newest year ``goal``, ``investment_by_part`` and
    ``heard_to_done`` besides.
    """
    progress = [row | {"shown": wording.value_text(row)} for row in facts.indicators]
    years = [
        {
            "year": year.year,
            "paid_eur": year.paid,
            "committed_eur": year.committed,
            "paid_so_far_eur": year.paid_so_far,
            "committed_so_far_eur": year.committed_so_far,
            "is_synthetic": facts.synthetic,
        }
        for year in facts.years
    ]
    files = {
        "progress": _csv(progress, _PROGRESS),
        "investment_by_year": _csv(years, tuple(years[0]) if years else ("year",)),
        "definitions": _csv(
            facts.definitions, tuple(facts.definitions[0]) if facts.definitions else ("indicator_code",)
        ),
    }
    for name, rows in (("reach", [facts.reach] if facts.reach else []), ("contributions", facts.contributions)):
        if rows:
            files[name] = _csv(rows, tuple(rows[0]))
    if facts.is_latest:
        parts = [row for rows in facts.parts.values() for row in rows]
        names = (
            "dimension",
            "member_code",
            "member_name",
            "budget_eur",
            "committed_eur",
            "paid_eur",
            "difference_eur",
            "paid_share_pct",
            "is_synthetic",
        )
        files["investment_by_part"] = _csv(parts, names)
        if facts.heard:
            files["heard_to_done"] = _csv(facts.heard, tuple(facts.heard[0]))
        files["goal"] = _csv([facts.goal] if facts.goal else [], tuple(facts.goal) or ("goal_code",))
    return files


def _csv(rows: Sequence[dict[str, Any]], names: Sequence[str]) -> bytes:
    lines = [
        [*(row.get(name) for name in names), wording.SYNTHETIC if row.get("is_synthetic") else None] for row in rows
    ]
    return safe.csv_bytes([*names, "notice"], lines)
