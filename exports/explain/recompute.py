"""Recompute every figure of an evidence bundle from partners' original files.

    python recompute.py --originals PATH_TO/landing/originals

Reads the tables beside it and the originals; needs Python 3.11 and nothing else. Ends with code 1 where a figure is not
what was published, or an original is not the one that was received. Figures whose rows were erased on a person's
request cannot be recomputed; they are named, and are no disagreement.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "independent"))

from compare import compare  # noqa: E402


def main() -> int:
    """Compare, and say what came of it."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--originals", type=Path, required=True, help="the folder of originals, named by SHA-256")
    parser.add_argument("--bundle", type=Path, default=HERE, help="the folder of the tables; default: this one")
    given = parser.parse_args()
    outcome = compare(given.bundle, given.originals)
    for source, count in sorted(outcome.agreed.items()):
        sys.stdout.write(f"{source}: {count} figures agree\n")
    for name in outcome.files:
        sys.stdout.write(f"NOT THE ORIGINAL that was received: {name}\n")
    for (figure, measure), reason in sorted(outcome.unknown.items()):
        sys.stdout.write(f"CANNOT BE RECOMPUTED {figure} {measure}: {reason}\n")
    for (figure, measure), problem in sorted(outcome.wrong.items()):
        sys.stdout.write(f"DIFFERS {figure} {measure}: {problem}\n")
    agreed = sum(outcome.agreed.values())
    total = agreed + len(outcome.wrong) + len(outcome.unknown)
    sys.stdout.write(
        f"{agreed} of {total} figures agree.\n" if total else "NO FIGURE in figures.csv: nothing was compared.\n"
    )
    return 1 if outcome.wrong or outcome.files or not total else 0


if __name__ == "__main__":
    sys.exit(main())
