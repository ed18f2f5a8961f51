"""Errors end in one plain sentence and an exit code a script can act on."""

import sys

import pytest
from botocore.exceptions import EndpointConnectionError

from orchestration.cli import app as cli
from orchestration.job import RunFailed
from sources.storage import StorageAway


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["status", "--as-of", "yesterday"], 2, "“yesterday” is not a day. Write it like 2026-11-15."),
        (["approve", "S000999-ffff"], 2, "There is no submission S000999-ffff. See the receipt."),
        (["check", "nowhere.xlsx"], 2, "There is no file nowhere.xlsx."),
        (["template", "nobody"], 2, "there is no such program; known are"),
        (["kpi"], 2, "published"),
        (["new-program", "Not A Slug", "--title", "T", "--reported-by", "R"], 2, "“Not A Slug” will not do"),
    ],
)
def test_a_mistake_on_the_command_line_ends_with_2(arguments, code, sentence, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["impact", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == code
    said = capsys.readouterr().err
    assert sentence in said
    assert "Traceback" not in said


def test_a_run_that_failed_ends_with_1_and_says_what_still_stands(monkeypatch, capsys):
    def fail(*_args, **_kwargs):
        raise RunFailed("dbt: a test did not hold")

    monkeypatch.setattr("orchestration.job.run_in_process", fail)
    monkeypatch.setattr(sys, "argv", ["impact", "run", "--quiet"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
    assert "What was published before still stands." in capsys.readouterr().err


@pytest.mark.parametrize("error", [
    StorageAway("The storage s3://bucket could not be reached (EndpointConnectionError)."),
    EndpointConnectionError(endpoint_url="http://storage.example/bucket"),
])  # fmt: skip
def test_a_storage_that_does_not_answer_ends_with_1(error, monkeypatch, capsys):
    def fail(*_args, **_kwargs):
        raise error

    monkeypatch.setattr("exports.published.Published.open", fail)
    monkeypatch.setattr(sys, "argv", ["impact", "kpi"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert "could not be reached (EndpointConnectionError)." in said
    assert "Traceback" not in said


def test_status_and_template_answer_in_plain_words(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for arguments, expected in (
        (["template", "heal", "--partner", "sample_heal", "--period", "2026-Q3"], "heal-sample_heal-2026-Q3-template"),
        (["status", "--period", "2026-Q3", "--as-of", "2026-11-15"], "missing"),
        (
            ["waive", "--partner", "sample_heal", "--program", "heal", "--period", "2026-Q3", "--why", "Flood"],
            "excused",
        ),
        (["status", "--period", "2026-Q3", "--as-of", "2026-11-15", "--program", "heal"], "excused"),
        (["revalidate"], "0 returns judged anew"),
    ):
        monkeypatch.setattr(sys, "argv", ["impact", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert not ended.value.code
        assert expected in capsys.readouterr().out
