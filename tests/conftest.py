"""Shared fixtures. Telemetry of every tool is off; nothing reads the person's own data folder."""

import os

import pytest

#: Folders whose files share what takes a minute or more to build.
TOGETHER = ("tests/integration/warehouse/", "tests/e2e/demo/", "tests/e2e/figures/")

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


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Where files are spread over several processes, those of a folder that shares a build go to one: it is built once."""
    from xdist.scheduler import LoadFileScheduling

    class ByFileOrFolder(LoadFileScheduling):
        def _split_scope(self, nodeid):
            return next((folder for folder in TOGETHER if nodeid.startswith(folder)), super()._split_scope(nodeid))

    return ByFileOrFolder(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_terminal_summary(terminalreporter):
    """Figures a test measured are part of the build's output."""
    for reports in list(terminalreporter.stats.values()):
        for report in reports:
            for name, value in getattr(report, "user_properties", ()):
                if name == "figures" and report.when == "call":
                    terminalreporter.write_line(str(value))
