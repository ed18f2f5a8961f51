"""What the fuzzer begins with and what it once found, tried again without it; and the promises themselves can be broken."""

import importlib
from pathlib import Path

import pandas as pd
import pytest

from sources.problems import Problem
from tests.benchmarks.sections.fuzz import told
from tests.fuzz import TARGETS
from tests.fuzz.csv_path import NAME, nothing_lost, plain_lines, unaltered
from tests.fuzz.prescan import declares
from tests.fuzz.promises import Broken, known_refusal, read, shown
from tests.fuzz.seeds import csv_files, seeds
from tests.fuzz.zips import mutator, packed, unpacked

FOUND = Path(__file__).with_name("found")
CASES = [(target, file.name) for target in TARGETS for file in sorted((FOUND / target).glob("*"))]


def _check(target: str, data: bytes) -> None:
    importlib.import_module(f"tests.fuzz.{target}").check(data)


@pytest.mark.parametrize("target", TARGETS)
def test_seeds_keep_their_promises(target: str) -> None:
    for data in seeds(target).values():
        _check(target, data)


@pytest.mark.parametrize(("target", "name"), CASES)
def test_what_was_found_keeps_its_promises(target: str, name: str) -> None:
    _check(target, (FOUND / target / name).read_bytes())


def test_a_lost_line_is_found() -> None:
    data = csv_files()["plain"]
    result, lines = read(NAME, data), plain_lines(data)
    assert lines is not None
    nothing_lost(lines, result)
    result.tables["visits"].frame.drop(index=1, inplace=True)
    with pytest.raises(Broken, match="line 3 is lost: 'V-2,Trenton,30'"):
        nothing_lost(lines, result)


def test_a_line_read_twice_is_found() -> None:
    data = csv_files()["plain"]
    result = read(NAME, data)
    table = result.tables["visits"]
    table.frame = pd.concat([table.frame, table.frame.iloc[[0]]])
    with pytest.raises(Broken, match="a line read twice"):
        nothing_lost(plain_lines(data) or [], result)


@pytest.mark.parametrize(
    ("column", "value", "said"), [("people_high", 13.0, "a number altered"), ("place", "Denver", "a text altered")]
)
def test_an_altered_cell_is_found(column: str, value: object, said: str) -> None:
    data = csv_files()["plain"]
    table = read(NAME, data).tables["visits"]
    lines = plain_lines(data) or []
    unaltered(lines, table)
    table.frame.loc[0, column] = value
    with pytest.raises(Broken, match=said):
        unaltered(lines, table)


def test_a_refusal_nobody_wrote_is_found() -> None:
    known_refusal(Problem("file.empty", "error", "The selected file is empty."))
    for rule, sentence in (
        ("file.empty", "'NoneType' object is not iterable"),
        ("file.type", "The selected file is empty."),
    ):
        with pytest.raises(Broken, match="not a known refusal"):
            known_refusal(Problem(rule, "error", sentence))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "latin-1"])
def test_declarations_are_seen_as_a_parser_sees_them(encoding: str) -> None:
    with_one = f"<?xml version='1.0' encoding='{encoding}'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"
    assert declares(with_one.encode(encoding))
    assert not declares(f"<?xml version='1.0' encoding='{encoding}'?><a>b</a>".encode(encoding))


def test_the_same_bytes_are_compared_in_all_they_say() -> None:
    data = csv_files()["titled"]
    assert shown(read(NAME, data)) == shown(read(NAME, data))
    assert shown(read(NAME, data)) != shown(read(NAME, data.replace(b"12", b"13")))


def test_parts_of_a_zip_are_altered_and_packed_anew() -> None:
    data = seeds("workbook")["good"]
    before = unpacked(data)
    assert before is not None
    assert packed(before) == data
    altered = [mutator(lambda part, size: part[:-1])(data, 1 << 16, seed) for seed in range(8)]
    after = [parts for one in altered if (parts := unpacked(one)) is not None]
    assert after
    assert all(sum(parts[name] != before[name] for name in before) == 1 for parts in after)


def test_the_benchmarks_read_what_the_fuzzer_writes() -> None:
    said = (
        "#21\tINITED cov: 1324 ft: 2669 corp: 20/1828b exec/s: 0 rss: 294Mb\nFOUND 4687ac156fa4 Broken line N is lost\n"
        "#19157\tDONE   cov: 1989 ft: 7378 corp: 514/69Kb lim: 248 exec/s: 30 rss: 336Mb\nstat::number_of_executed_units: 19157\n"
    )
    row, causes = told("csv_path", said)
    assert row == ("csv: bytes to rows and verdict", "19,157", "106", "1324 → 1989", "20 → 514", "1")
    assert causes == ["Broken line N is lost"]
    with pytest.raises(RuntimeError, match="did not say how it went"):
        told("csv_path", "Killed")
