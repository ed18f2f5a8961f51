"""A whole installation moved to PostgreSQL and S3-compatible storage by backup and restore, and run there.

    python -m tests.reliability.moved INSTALLATION

Copies the installation (a demo's data folder), runs the copy, backs it up, restores it with log, portal and Dagster's
records on a PostgreSQL server and originals, builds and exports on an S3-compatible server (both on loopback), runs it
whole there, and compares every exported file. Takes minutes, so it is no part of the tests.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.section import AS_OF, executable
from tests.buckets import s3_storage
from tests.databases import postgresql


def impact(env: dict[str, str], *arguments: str) -> None:
    """One command that must succeed."""
    done = subprocess.run([executable("impact"), *arguments], env={**os.environ, **env}, check=False)
    if done.returncode:
        raise SystemExit(f"impact {arguments[0]} ended with {done.returncode}")


def main() -> int:
    """Move, run, compare; ends with 1 where a file differs or is absent."""
    with TemporaryDirectory() as name, postgresql() as server, s3_storage() as storage:
        here, bucket = Path(name), storage.bucket()
        subprocess.run(["cp", "-a", sys.argv[1], str(here / "before")], check=True)
        local = {"IMPACT_DATA": str(here / "before")}
        far = {
            **storage.env,
            "IMPACT_DATA": str(here / "after"),
            "IMPACT_LANDING": f"{bucket}/landing",
            "IMPACT_PUBLISHED": f"{bucket}/published",
            "IMPACT_EXPORTS": f"{bucket}/exports",
            "IMPACT_LOG_URL": server.database(),
            "IMPACT_PORTAL_DB": server.database(),
            "IMPACT_DAGSTER_URL": server.database().replace("postgresql://", "postgresql+psycopg2://"),
        }
        impact(local, "run", "--quiet", "--as-of", AS_OF)
        impact(local, "backup", str(here / "backup"))
        impact(far, "restore", str(here / "backup"))
        impact(far, "run", "--quiet", "--as-of", AS_OF)
        exports = here / "before" / "exports"
        build = (exports / "current").read_text("utf-8").strip()
        files = [path for path in sorted((exports / build).rglob("*")) if path.is_file()]
        plain, different = bucket.removeprefix("s3://"), []
        for path in files:
            key = f"exports/{path.relative_to(exports).as_posix()}"
            try:
                body = storage.client.get_object(Bucket=plain, Key=key)["Body"].read()
            except storage.client.exceptions.NoSuchKey:
                body = None
            if body != path.read_bytes():
                different.append(key)
    sys.stdout.write(f"{build}: {len(files)} exported files, {len(different)} absent or different\n")
    sys.stdout.writelines(f"  {key}\n" for key in different[:20])
    return 1 if different or not files else 0


if __name__ == "__main__":
    raise SystemExit(main())
