"""A process that runs the job, or writes the exports, and says on its last line when each part ended.

``python -m tests.benchmarks.stamped run|exports``; the data folder is ``IMPACT_DATA``.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import date
from typing import Any

from tests.benchmarks.section import AS_OF

#: When the parent started this process, in seconds since 1970.
STARTED = "BENCH_STARTED"


def main(what: str) -> None:
    """Run and print ``[[label, seconds since the process was started], …]``."""
    from sources.collecting import collect_rarely

    collect_rarely()
    started = float(os.environ[STARTED])
    stamps: list[tuple[str, float]] = []

    def stamp(label: str) -> None:
        stamps.append((label, time.time() - started))

    _run(stamp) if what == "run" else _exports(stamp)
    print(json.dumps(stamps))


def _run(stamp: Callable[[str], None]) -> None:
    from orchestration.job import run_in_process
    from orchestration.progress import QuietProgress
    from sources.settings import Settings

    class Stamped(QuietProgress):
        def expect(self, steps: int) -> None:
            stamp("start")

        def step(self, label: str, share: int = 1) -> None:
            stamp(label)

    run_in_process(Settings.from_env(os.environ), date.fromisoformat(AS_OF), Stamped())
    stamp("end")


def _exports(stamp: Callable[[str], None]) -> None:
    from exports import build, extract, kpi
    from exports.explain.bundle import Inside
    from exports.published import Published
    from exports.restatement import since_last_release
    from exports.site import build as site
    from orchestration.resources import House
    from sources.settings import Settings

    def each(room: Any, name: str, label: str) -> None:
        call = getattr(room, name)

        def told(*given: Any, **named: Any) -> Any:
            begun = time.time()
            result = call(*given, **named)
            if result is not None and not isinstance(result, (str, bytes)):
                result = list(result)
            stamp(f"each:{label}:{time.time() - begun}")
            return result

        setattr(room, name, told)

    each(kpi, "kpi_workbook", "KPI workbook")
    each(extract, "extract_pdf", "PDF")
    each(extract, "extract_workbook", "extract's workbook")
    each(site.Site, "_one", "page with its data")
    home = House(Settings.from_env(os.environ), date.fromisoformat(AS_OF))
    published = Published.open(home.settings.published)
    since = since_last_release(home.settings, home.contracts, published)
    inside = Inside(home.settings, home.snapshot, home.contracts)
    stamp("what changed since the last release")
    # A released build's exports are never written anew; here they are, to be measured.
    build.write_exports(published, home.settings.exports, (), since, inside, lambda part: stamp(f"begin:{part}"))
    stamp("end")


if __name__ == "__main__":
    main(sys.argv[1])
