"""Documents made from a run: the dbt page, and Great Expectations' Data Docs of all verdicts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orchestration.resources import House


def write_documents(house: House) -> list[Path]:
    """Write the static dbt page and the Data Docs; returns their paths."""
    from orchestration.warehouse_assets import run_dbt

    run_dbt(house, ["docs", "generate", "--static", "--quiet"])
    return [house.settings.data / "dbt" / "static_index.html", write_data_docs(house)]


def write_data_docs(house: House) -> Path:
    """Data Docs of the results every verdict rests on."""
    from expectations.datadocs import write_data_docs as write
    from expectations.stored import read_results, results_folder

    return write(read_results(results_folder(house.settings)), house.settings.data / "quality" / "data_docs")
