"""Shared fixtures. Telemetry of every tool is off; nothing reads the person's own data folder."""

import os

import pytest

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
os.environ.setdefault("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")
os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "yes")
os.environ.setdefault("DO_NOT_TRACK", "1")


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path_factory, monkeypatch):
    """Every test has a data folder of its own unless it names one."""
    monkeypatch.setenv("IMPACT_DATA", str(tmp_path_factory.mktemp("data")))


@pytest.fixture(scope="session")
def postgresql_server():
    """One PostgreSQL server for everything that runs in this process."""
    from tests.databases import MISSING, is_installed, postgresql

    if not is_installed():
        pytest.skip(MISSING)
    with postgresql() as server:
        yield server


@pytest.fixture(scope="session")
def s3_storage():
    """An S3-compatible server on loopback (moto)."""
    from tests.buckets import s3_storage

    with s3_storage() as storage:
        yield storage


def pytest_terminal_summary(terminalreporter):
    """Figures a test measured are part of the build's output."""
    for reports in list(terminalreporter.stats.values()):
        for report in reports:
            for name, value in getattr(report, "user_properties", ()):
                if name == "figures" and report.when == "call":
                    terminalreporter.write_line(str(value))
