"""Collects the sample returns of all programs, in the order they arrive."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Protocol, cast

from sources.contract.load import PROGRAMS_DIR
from sources.samples.model import DEFAULT_SEED, NOTICE, SampleReturn

LIST_FILE = "samples.json"


class SampleModule(Protocol):
    """What ``sources/programs/<program>/sample.py`` offers."""

    def returns(self, out_dir: Path, seed: int) -> list[SampleReturn]:
        """Write the files below ``out_dir`` and list the returns."""
        ...


def sample_modules(programs_dir: Path = PROGRAMS_DIR) -> dict[str, SampleModule]:
    """The sample module of each program that has one."""
    return {
        path.parent.name: cast("SampleModule", importlib.import_module(f"sources.programs.{path.parent.name}.sample"))
        for path in sorted(programs_dir.glob("*/sample.py"))
    }


def generate(out_dir: Path, seed: int = DEFAULT_SEED) -> list[SampleReturn]:
    """Write every sample return below ``out_dir`` and list them in the order of receipt.

    The list is also written to ``out_dir/samples.json``, with file names relative to ``out_dir``.
    Values depend on the seed alone.
    """
    out_dir.mkdir(parents=True, exist_ok=True)
    found = [item for module in sample_modules().values() for item in module.returns(out_dir, seed)]
    found.sort(key=lambda item: (item.received_on, item.period, item.program, item.partner))
    rows = [
        {
            "program": item.program,
            "partner": item.partner,
            "period": item.period,
            "files": [path.relative_to(out_dir).as_posix() for path in item.files],
            "received_on": item.received_on.isoformat(),
            "reason": item.reason,
            "withdrawn_on": item.withdrawn_on.isoformat() if item.withdrawn_on else None,
            "note": item.note,
            "expect": item.expect,
        }
        for item in found
    ]
    text = json.dumps({"note": NOTICE, "seed": seed, "returns": rows}, indent=1)
    (out_dir / LIST_FILE).write_text(text + "\n", encoding="utf-8")
    return found
