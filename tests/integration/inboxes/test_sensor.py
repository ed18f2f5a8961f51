"""The sensor as Dagster evaluates it, and the command that does the same, with a real contract, reader and judge."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import dagster as dg
import openpyxl
import pytest

from expectations.desk import Desk
from orchestration.cli import app as cli
from orchestration.inbox_sensor import inbox_sensor, waiting_of
from orchestration.resources import House
from orchestration.schedules import inbox_of_the_log
from sources.contract.load import load_all, load_contract
from sources.contract.template import template_bytes
from sources.settings import Settings
from tests.benchmarks.files import heal_workbook

CONFIG = """
inboxes:
  heal:
    partner: sample_heal
    program: heal
    url: {folder}
    settle_seconds: 0
    answer: true
  gone:
    partner: sample_heal_south
    program: heal
    url: /nowhere/at/all
"""


@pytest.fixture
def settings(tmp_path: Path, folder: Path) -> Settings:
    config = tmp_path / "inboxes.yaml"
    config.write_text(CONFIG.format(folder=folder))
    return Settings.from_env({"IMPACT_DATA": str(tmp_path / "data"), "IMPACT_INBOXES": str(config)})


def _tick(settings: Settings, cursor: str | None, instance: dg.DagsterInstance, name: str = "inbox_sensor"):
    house = House(settings)
    sensor = inbox_sensor(house, {}) if name == "inbox_sensor" else inbox_of_the_log(house, dg.define_asset_job("all"))
    return sensor.evaluate_tick(dg.build_sensor_context(instance=instance, cursor=cursor))


def _filled_template(partner: str, period: str) -> bytes:
    """The partner's own template with the rows of a clean return typed into it (synthetic)."""
    contract = load_contract("heal")
    book = openpyxl.load_workbook(io.BytesIO(template_bytes(contract, partner=partner, period=period)))
    rows = openpyxl.load_workbook(io.BytesIO(heal_workbook(3)))
    for table in contract.tables:
        source, target = rows[table.label[:31]], book[table.label[:31]]
        header = next(
            cell.row
            for column in target.iter_cols(max_col=1)
            for cell in column
            if cell.value == table.columns[0].label
        )
        for number, values in enumerate(source.iter_rows(min_row=4, values_only=True), start=1):
            for column, value in enumerate(values, start=1):
                target.cell(header + number, column, value)
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()


def test_the_sensor_hands_in_what_stood_still_and_the_log_sensor_asks_for_the_run(settings, folder):
    (folder / "return.xlsx").write_bytes(_filled_template("sample_heal", "2026-Q2"))
    with dg.DagsterInstance.ephemeral() as instance:
        first = _tick(settings, None, instance)
        assert waiting_of(first.cursor).keys() == {"heal"}
        assert "gone: There is no folder /nowhere/at/all." in first.skip_message
        second = _tick(settings, first.cursor, instance)
        assert "heal: return.xlsx: S000001-" in second.skip_message
        assert second.skip_message.startswith("gone: ")  # problems first
        third = _tick(settings, second.cursor, instance)
        assert "heal" not in third.skip_message
        (request,) = _tick(settings, None, instance, "log_sensor").run_requests
    assert request.tags["dagster/asset_partition_range_start"] == "2026-Q2"
    (submission,) = Desk(settings, load_all()).state().submissions.values()
    assert submission.place == ("sample_heal", "heal", "2026-Q2")
    assert submission.state in ("accepted", "accepted_with_warnings"), submission.verdict.problems


def test_a_file_that_names_another_partner_is_refused_and_leads_are_told(settings, folder):
    (folder / "2026-Q2.xlsx").write_bytes(_filled_template("sample_heal_south", "2026-Q2"))
    with dg.DagsterInstance.ephemeral() as instance:
        cursor = _tick(settings, None, instance).cursor
        _tick(settings, cursor, instance)
    state = Desk(settings, load_all()).state()
    (submission,) = state.submissions.values()
    assert (submission.partner, submission.state) == ("sample_heal", "refused")
    (alert,) = state.alerts()
    assert alert.sentence == "This is a return of Sample partner (HEAL South); you chose Sample partner (HEAL)."
    (answer,) = (folder / "answers").glob("*.txt")
    assert alert.sentence in answer.read_text()


def test_a_return_with_a_mistake_comes_back_marked(settings, folder):
    book = openpyxl.load_workbook(io.BytesIO(heal_workbook(5)))
    book["Interventions"]["J5"] = -3
    book.save(folder / "HEAL 2026-Q3.xlsx")
    before = (folder / "HEAL 2026-Q3.xlsx").read_bytes()
    with dg.DagsterInstance.ephemeral() as instance:
        cursor = _tick(settings, None, instance).cursor
        assert "returned" in _tick(settings, cursor, instance).skip_message
    text, workbook = sorted((folder / "answers").iterdir(), key=lambda path: path.suffix)
    assert "J5" in text.read_text()
    marked = openpyxl.load_workbook(workbook)
    assert marked["Interventions"]["J5"].comment is not None
    assert (folder / "HEAL 2026-Q3.xlsx").read_bytes() == before


def test_files_left_alone_start_no_run(settings, folder):
    (folder / "who knows.xlsx").write_bytes(heal_workbook(3))
    with dg.DagsterInstance.ephemeral() as instance:
        cursor = _tick(settings, None, instance).cursor
        assert "names no quarter" in _tick(settings, cursor, instance).skip_message
        result = _tick(settings, None, instance, "log_sensor")
    assert result.run_requests == []
    assert result.cursor == "1"


def test_without_inboxes_the_sensor_says_so(tmp_path):
    with dg.DagsterInstance.ephemeral() as instance:
        result = _tick(Settings.at(tmp_path), None, instance)
    assert result.skip_message == "No inboxes are watched: IMPACT_INBOXES names no configuration."


@pytest.mark.parametrize("cursor", [None, "", "17", "[]", "not json", '{"heal": {"a": 1}}'])
def test_a_cursor_that_is_not_ours_is_no_obstacle(cursor):
    assert waiting_of(cursor) == {}


def test_the_command_says_one_line_per_file_and_ends_with_1_where_an_inbox_is_broken(
    settings, folder, monkeypatch, capsys
):
    monkeypatch.setenv("IMPACT_DATA", str(settings.data))
    monkeypatch.setenv("IMPACT_INBOXES", str(settings.inboxes))
    (folder / "HEAL 2026-Q3.xlsx").write_bytes(heal_workbook(5))
    (folder / "copy of HEAL 2026-Q3.xlsx").write_bytes(heal_workbook(5))

    def run(*arguments: str) -> tuple[int, list[str]]:
        monkeypatch.setattr(sys, "argv", ["impact", "pull", "--once", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        captured = capsys.readouterr()
        return ended.value.code, (captured.out + captured.err).splitlines()

    code, lines = run()
    assert code == 1
    assert lines[0] == "gone: There is no folder /nowhere/at/all."
    assert sorted(line.partition(": S")[0].partition(", which")[0] for line in lines[1:3]) == [
        "heal: HEAL 2026-Q3.xlsx",
        f"heal: copy of HEAL 2026-Q3.xlsx: holds the same bytes as S000001-{lines[1][-18:-1] and _number(lines)}",
    ]
    assert lines[3] == "1 return handed in from 2 inboxes."
    assert run("--inbox", "heal") == (0, ["0 returns handed in from 1 inbox."])
    assert run("--inbox", "other") == (2, ["There is no inbox other. Known are: heal, gone."])
    monkeypatch.delenv("IMPACT_INBOXES")
    assert run() == (2, ["No inboxes are configured. Set IMPACT_INBOXES to the path of their configuration."])


def _number(lines: list[str]) -> str:
    return next(line for line in lines if "accepted" in line).partition("S000001-")[2][:4]
