"""Sample returns of the sample partner of research and policy: a workbook with everything so far.

Titles and stages are in ``sample_outputs.csv`` beside this file; all are invented.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sources import periods
from sources.samples.model import PERIODS, SampleReturn, Value, read_table, received
from sources.samples.writers import Row, Sheet, titles, write_xlsx

PROGRAM, PARTNER, NAME = "research_policy", "sample_research_policy", "Sample partner (Research and policy)"
SINCE = "2023-Q4"
_LABELS = {
    "output_id": "Output ID",
    "title": "Title",
    "kind": "Kind",
    "key_action": "Key action",
    "country_code": "Country",
    "barriers_addressed": "Barriers addressed",
    "stage": "Stage",
    "stage_on": "Stage since",
    "url": "Link",
}
#: Headers as they were called before 2025; every one is a declared synonym.
_OLD = {"output_id": "Ref.", "kind": "Type", "stage": "Status", "stage_on": "Stage date", "url": "Web address"}
_NEEDS_NO_LINK = ("Drafted",)


def _outputs(end: date) -> list[Row | None]:
    rows: list[Row | None] = []
    for number, item in enumerate(read_table(Path(__file__).with_name("sample_outputs.csv")), 1):
        stages = [stage.rsplit(" ", 1) for stage in item["stages"].split(" > ")]
        reached = [(stage, date.fromisoformat(day)) for stage, day in stages if date.fromisoformat(day) <= end]
        if not reached:
            continue
        stage, stage_on = reached[-1]
        public = stage not in _NEEDS_NO_LINK
        row: dict[str, Value] = {
            "output_id": f"OUT-{number:03d}",
            **{name: item[name] for name in ("title", "kind", "key_action", "country_code")},
            "barriers_addressed": item["barriers"] or None,
            "stage": stage,
            "stage_on": stage_on,
            "url": f"https://example.org/sample/out-{number:03d}" if public else None,
        }
        rows.append(row)
    return rows


def returns(out_dir: Path, seed: int) -> list[SampleReturn]:
    """Write the sample returns of the program below ``out_dir``."""
    found = []
    for period in PERIODS:
        if period >= SINCE:
            columns = _LABELS | (_OLD if period < "2025-Q1" else {})
            head = titles("Research, data and policy recommendations", NAME, period)
            sheet = Sheet("Outputs", head, columns, _outputs(periods.last_day(period)))
            path = write_xlsx(out_dir / PARTNER / period / f"outputs_{period}.xlsx", [sheet])
            day = received(period, seed, PARTNER)
            found.append(SampleReturn(PROGRAM, PARTNER, period, [path], day, note="every output so far"))
    return found
