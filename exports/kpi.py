"""KPI tables for program leads: ``restricted/kpi/<program>.{csv,parquet,xlsx}`` and ``all.*``.

The CSV and Parquet files hold every quarter and span, one row per indicator × period × span; the
workbook opens on the latest quarter's headline figures (:mod:`exports.kpi_workbook`).
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow.compute as pc

from exports import safe, table, wording
from exports.kpi_workbook import kpi_workbook
from exports.published import Published, parquet_bytes

ALL = "all"


def write_kpi(published: Published, folder: Path) -> list[Path]:
    """Write the KPI files of every program and of all together.

    Args:
        published: The build to read.
        folder: Folder the files go to (``…/restricted/kpi``).

    Returns:
        The files written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    whole = published.arrow(table.KPI)
    programs = sorted(code for code in set(whole["program_code"].to_pylist()) if code)
    written = []
    for program in [ALL, *programs]:
        rows = whole if program == ALL else whole.filter(pc.equal(whole["program_code"], program))
        contents = {
            "csv": kpi_csv(published, None if program == ALL else program),
            "parquet": parquet_bytes(rows.combine_chunks()),
            "xlsx": kpi_workbook(published, None if program == ALL else program),
        }
        for ending, data in contents.items():
            path = folder / f"{program}.{ending}"
            path.write_bytes(data)
            written.append(path)
    return written


def kpi_csv(published: Published, program: str | None = None) -> bytes:
    """Every quarter and span of a program (all by default) as CSV, with a notice on synthetic rows."""
    frame = table.kpi_frame(published, program, "all", "all")
    return safe.frame_csv(with_notice(frame))


def with_notice(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with a last column ``notice`` that marks synthetic rows in words."""
    synthetic = frame["is_synthetic"].fillna(False).astype(bool)
    notice = [wording.SYNTHETIC if flag else None for flag in synthetic]
    return frame.assign(notice=pd.array(notice, dtype="string"))
