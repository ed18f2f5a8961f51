"""Conventions of the dbt project: parse it, then run dbt-bouncer over the manifest."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROJECT = ROOT / "dbt_project"


def main() -> int:
    """Exit code of the first command that fails, else 0."""
    tool = Path(sys.executable).with_name
    parse = [str(tool("dbt")), "parse", "--quiet", "--no-partial-parse", "--project-dir", str(PROJECT)]
    for command in (
        [*parse, "--profiles-dir", str(PROJECT), "--target-path", str(PROJECT / "target")],
        [str(tool("dbt-bouncer")), "run", "--config-file", str(ROOT / "dbt-bouncer.yml"), "--output-only-failures"],
    ):
        code = subprocess.run(command, cwd=ROOT, check=False).returncode
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
