"""The portal's tests of people, passwords, sessions and limits once more, on a PostgreSQL database."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def test_people_on_postgresql(postgresql_server):
    """In a process of its own: Django knows one database from its start."""
    address = postgresql_server.database()
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:xdist",
            "--reuse-db",
            str(HERE / "test_asvs_people.py"),
        ],
        env={**os.environ, "IMPACT_PORTAL_DB": address},
        cwd=HERE.parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    kept = postgresql_server.url(f"test_{address.rpartition('/')[2]}")
    ((migrations,),) = postgresql_server.execute("SELECT count(*) FROM django_migrations", url=kept)
    assert migrations > 10, "the tests ran in a database of this server"
