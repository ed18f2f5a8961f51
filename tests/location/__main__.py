"""``python -m tests.location``: the location score over every program, and its page in the docs.

Each plant is tried in ``--layouts`` layouts in turn; 9 is the whole grid and takes its time.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from sources.contract.load import ROOT, load_all
from tests.location.layouts import LAYOUTS
from tests.location.report import page, table
from tests.location.score import Score, cases, in_turn, quick, score


def main() -> int:
    """Print the score; the exit code says whether it is 100 everywhere."""
    parser = argparse.ArgumentParser(prog="python -m tests.location", description=__doc__)
    parser.add_argument("programs", nargs="*", help="programs to score; all where none is named")
    parser.add_argument("--layouts", type=int, default=len(LAYOUTS), help="layouts each plant is tried in")
    parser.add_argument("--quick", action="store_true", help="one of each kind of defect per program, layouts in turn")
    parser.add_argument("--page", type=Path, help="also write the figures as Markdown")
    args = parser.parse_args()
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    which = f"every rule and column, each in {args.layouts} of {len(LAYOUTS)} layouts"
    if args.quick:
        which = f"one of each kind of defect per program, in one of {len(LAYOUTS)} layouts in turn"
    total, started = Score(), time.monotonic()
    for program in args.programs or load_all():
        found = score(quick([program]) if args.quick else in_turn(cases([program]), args.layouts))
        total.join(found)
        print(f"{program}: {found.total.said}", flush=True)
        for miss in found.misses:
            print(f"  {miss}", flush=True)
    print(f"\n{table(total)}\n{total.total.said} ({time.monotonic() - started:.0f} s)")
    if args.page:
        (ROOT / args.page).write_text(page(total, which), encoding="utf-8")
    return 0 if total.total.perfect else 1


if __name__ == "__main__":
    sys.exit(main())
