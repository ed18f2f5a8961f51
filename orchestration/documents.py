"""Documents: the site of the documentation, and Great Expectations' Data Docs of all verdicts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orchestration.resources import House


def write_documents(house: House) -> list[Path]:
    """Write the documentation's site and the Data Docs; returns their first pages.

    The Data Docs hold what partners reported, so they are no part of the site.
    """
    from orchestration.building import run_dbt
    from orchestration.documentation.site import write_site
    from sources.contract.load import ROOT

    run_dbt(house, ["docs", "generate", "--static", "--quiet"])
    dbt = house.settings.data / "dbt"
    manifest = json.loads((dbt / "manifest.json").read_text("utf-8"))
    site = write_site(ROOT, manifest, dbt / "static_index.html", house.settings.data / "site")
    return [site, write_data_docs(house)]


def write_data_docs(house: House) -> Path:
    """Data Docs of the results every verdict rests on; an erasure removes both, so it waits."""
    from expectations.datadocs import write_data_docs as write
    from expectations.stored import read_results, results_folder

    with house.writing():
        return write(read_results(results_folder(house.settings)), house.settings.data / "quality" / "data_docs")
