"""Lines that the rooms write down: what links them is there, what people typed is not."""

import json
import logging
import multiprocessing
from dataclasses import replace

import pytest

from expectations.desk import Desk
from sources import logs
from sources.log.events import EventLog
from sources.reader import InputFile
from sources.settings import Settings
from tests.unit.expectations.desk_fakes import contract, judge, read_files

LOGGER = logging.getLogger("sources.anything")


@pytest.fixture
def settings(tmp_path):
    yield Settings.at(tmp_path)
    logs.configure(replace(Settings.at(tmp_path), log_to="off"))


def lines(settings: Settings) -> list[dict]:
    return [
        json.loads(line)
        for path in sorted((settings.data / "logs").glob("*.jsonl"))
        for line in path.read_text().splitlines()
    ]


def test_a_return_is_followed_from_receipt_to_verdict(settings):
    logs.configure(settings)
    desk = Desk(settings, {"demo": contract()}, reader=read_files, judge=judge)
    file = InputFile("Anna Musterfrau.csv", b"Geheimnis,12,7.5,,2026-01-02,yes\nbad,3,1,,2026-01-02,yes\n")
    outcome = desk.submit([file], partner="sample_a", program="demo", period="2026-Q1", who="ana@example.org")
    written = lines(settings)
    assert [line["what"] for line in written] == ["received", "checked", "judged"]
    for line in written:
        assert (line["receipt"], line["program"], line["partner"], line["period"]) == (
            outcome.submission_id, "demo", "sample_a", "2026-Q1",
        )  # fmt: skip
    assert written[1]["result"] == written[2]["result"] == outcome.verdict.state
    assert written[1]["seconds"] >= 0
    assert written[0]["who"] == written[2]["who"]
    everything = json.dumps(written, ensure_ascii=False)
    for secret in ("Anna", "Musterfrau", "Geheimnis", "ana@", "example.org", "7.5"):
        assert secret not in everything


def test_an_error_names_its_kind_and_place_but_quotes_nothing(settings):
    logs.configure(settings)
    try:
        int("Anna Musterfrau, +49 151")
    except ValueError:
        LOGGER.exception(
            "%s could not be read", "Anna Musterfrau", extra={"partner": "Anna Musterfrau", "program": "a@b.c"}
        )
    (line,) = lines(settings)
    assert (line["what"], line["error"]) == ("%s could not be read", "ValueError")
    assert line["at_lines"][-1].startswith("test_logs.py:")
    assert (line["partner"], line["program"]) == ("?", "?")
    assert "Anna" not in json.dumps(line)


def test_two_people_are_told_apart_and_nobody_else_can_make_the_mark(settings, tmp_path):
    logs.configure(settings)
    for who in ("ana@example.org", "bo@example.org", "Ana@example.org "):
        LOGGER.info("x", extra={"who": who})
    ana, bo, again = (line["who"] for line in lines(settings))
    assert ana == again != bo
    other = replace(settings, data=tmp_path / "other")
    logs.configure(other)
    LOGGER.info("x", extra={"who": "ana@example.org"})
    assert lines(other)[0]["who"] != ana
    assert (settings.data / "logs" / "key").stat().st_mode & 0o077 == 0


def test_plain_lines_on_standard_error(settings, capsys):
    logs.configure(replace(settings, log_format="plain", log_to="stderr"))
    LOGGER.info("received", extra={"receipt": "R-1", "seconds": 1.23456})
    assert capsys.readouterr().err.endswith(" info received where=sources.anything receipt=R-1 seconds=1.235\n")
    assert not (settings.data / "logs").exists()


def test_nothing_is_made_until_there_is_something_to_say(settings):
    logs.configure(settings)
    assert not settings.data.joinpath("logs").exists()
    logs.configure(replace(settings, log_to="off"))
    LOGGER.info("x")
    assert not settings.data.joinpath("logs").exists()


def test_warnings_still_reach_the_terminal(settings, capsys, monkeypatch):
    logs.configure(settings)
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    LOGGER.info("quiet")
    LOGGER.warning("the disk is %s", "full")
    assert capsys.readouterr().err == "the disk is full\n"


def test_a_log_that_cannot_be_written_stops_no_return(settings):
    (settings.data / "logs").write_text("a file stands where the folder should be")
    logs.configure(settings)
    event = EventLog(settings.log_url).append("received", "ana", submission_id="R-1")
    assert event.seq == 1


def test_files_of_days_are_thinned_out_and_a_day_has_its_limit(settings, monkeypatch):
    folder = settings.data / "logs"
    folder.mkdir(parents=True)
    for day in range(1, 29):
        (folder / f"impact-2020-01-{day:02}.jsonl").write_text("{}\n")
    monkeypatch.setattr(logs, "KEPT_DAYS", 5)
    monkeypatch.setattr(logs, "MOST_BYTES", 1000)
    logs.configure(settings)
    for _ in range(100):
        LOGGER.info("x")
    kept = sorted(path.name for path in folder.glob("*.jsonl"))
    assert len(kept) == 5
    assert kept[0] == "impact-2020-01-25.jsonl"
    assert 1000 <= (folder / kept[-1]).stat().st_size < 1200


def _write_many(data: str, name: str) -> None:
    logs.configure(Settings.at(data))
    for number in range(300):
        logging.getLogger("exports").info("x", extra={"step": name, "rows": number, "route": "a" * 70})


def test_lines_of_several_processes_never_mix(settings):
    spawn = multiprocessing.get_context("fork")
    writers = [spawn.Process(target=_write_many, args=(str(settings.data), f"p{one}")) for one in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    found = lines(settings)
    assert sorted((line["step"], line["rows"]) for line in found) == [
        (f"p{one}", row) for one in range(3) for row in range(300)
    ]
