"""One contract feeds template, drop-downs, guidance, dictionary and validator: all they offer is taken back, silently.

Every item of every drop-down, every code, label and synonym, and every documented example of every column of every
program is typed into a return, read and judged; nothing may be told of those cells, and they must mean what they say.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from typing import Any

import openpyxl
import pandas as pd
import pytest

from expectations import catalogue
from expectations.judge import judge
from sources.contract.load import ROOT, load_all
from sources.contract.model import Column, Contract, Table
from sources.contract.template import guidance, sheet_name, template_bytes
from sources.currency import Rates
from sources.problems import Problem
from sources.reader import InputFile, ReadResult, read_files
from tests.unit.expectations.returns import Past
from tests.unit.sources.reader.builders import xlsx

CONTRACTS = load_all()
NUMBERS = ("integer", "decimal", "money", "percent")
#: Kinds of problems that find fault with a cell itself.
OF_CELLS = {rule.id for rule in catalogue.rules() if rule.family in ("cell", "contract")} - {"unique_key", "has_rows"}
Offered = dict[str, dict[str, list[Any]]]


def offered(contract: Contract, what: Any) -> Offered:
    """By table and column: what is offered."""
    return {t.name: {c.name: list(what(c)) for c in t.columns} for t in contract.tables}


def told(contract: Contract, cells: Offered) -> tuple[ReadResult, list[Problem]]:
    """The return with all of it typed in, and what is told of its cells; the rest of a row is the first example."""
    partner = contract.partners[0]
    period = contract.last_owed(partner, "2026-Q3")
    sheets = []
    for table in contract.tables:
        columns = cells[table.name]
        rows = [[c.label for c in table.columns]]
        for at in range(max(1, *(len(values) for values in columns.values()))):
            rows.append(
                [columns[c.name][at] if at < len(columns[c.name]) else typed(c, first(c)) for c in table.columns]
            )
        sheets.append((sheet_name(table.label), rows))
    read = read_files(contract, [InputFile("return.xlsx", xlsx(*sheets))], partner=partner, period=period)
    assert read.outcome == "read", (read.problems, read.questions)
    verdict = judge(contract, read, partner=partner, period=period, history=Past(), rates=Rates())
    return read, [problem for problem in verdict.problems if catalogue.kind_of(problem.rule) in OF_CELLS]


def first(column: Column) -> str:
    """A fitting value: the first example, else what the guidance names."""
    if column.examples:
        return column.examples[0]
    return {"date": "2026-09-30", "boolean": "Yes", "integer": "1"}.get(column.kind, "Synthetic sample")


def typed(column: Column, text: str) -> Any:
    """A documented value as somebody types it: numbers as numbers."""
    return float(text) if column.kind in NUMBERS and re.fullmatch(r"-?[0-9.]+", text) else text


@pytest.mark.parametrize("program", CONTRACTS)
def test_every_item_of_every_drop_down_is_taken(program):
    contract = CONTRACTS[program]
    book = openpyxl.load_workbook(io.BytesIO(template_bytes(contract)))
    cells: Offered = {}
    for table in contract.tables:
        items = drop_downs(book, table)
        for column in table.columns:
            if column.codes is not None and not column.multiple:
                assert items[column.name] == list(column.codes.labels())
            if column.kind == "boolean":
                assert items[column.name] == ["Yes", "No"]
        cells[table.name] = {c.name: items.get(c.name, []) for c in table.columns}
    read, problems = told(contract, cells)
    assert problems == []
    for table, column, values in coded(contract, cells):
        assert column.codes is not None
        by_label = {code.label: code.code for code in column.codes.codes}
        assert read.tables[table].frame[column.name].tolist()[: len(values)] == [by_label[value] for value in values]


def drop_downs(book: Any, table: Table) -> dict[str, list[str]]:
    """Items by column, as the workbook's own drop-downs hold them."""
    sheet, found = book[sheet_name(table.label)], {}
    for rule in sheet.data_validations.dataValidation:
        if rule.type == "list":
            column = table.columns[next(iter(rule.sqref.ranges)).min_col - 1]
            if rule.formula1.startswith('"'):
                found[column.name] = rule.formula1.strip('"').split(",")
            else:
                page, area = rule.formula1.lstrip("=").split("!")
                found[column.name] = [row[0].value for row in book[page][area.replace("$", "")]]
    return found


def coded(contract: Contract, cells: Offered) -> Iterator[tuple[str, Column, Sequence[str]]]:
    for table in contract.tables:
        for column in table.columns:
            if column.codes is not None and cells[table.name][column.name]:
                yield table.name, column, cells[table.name][column.name]


@pytest.mark.parametrize("way", ["code", "synonym", "as the dictionary writes it"])
@pytest.mark.parametrize("program", CONTRACTS)
def test_every_code_and_synonym_means_its_code(program, way):
    contract = CONTRACTS[program]

    def written(column: Column) -> list[tuple[str, str]]:
        codes = column.codes.codes if column.codes is not None else ()
        if way == "code":
            return [(code.code, code.code) for code in codes]
        if way == "synonym":
            return [(synonym, code.code) for code in codes for synonym in code.synonyms]
        return [(f"{code.label} ({code.code})", code.code) for code in codes]

    cells = offered(contract, lambda column: [text for text, _ in written(column)])
    read, problems = told(contract, cells)
    assert problems == []
    for table, column, values in coded(contract, cells):
        wanted = [code for _, code in written(column)]
        assert read.tables[table].frame[column.name].tolist()[: len(values)] == wanted


@pytest.mark.parametrize("program", CONTRACTS)
def test_every_documented_example_is_taken(program):
    contract = CONTRACTS[program]
    read, problems = told(contract, offered(contract, lambda column: [typed(column, e) for e in column.examples]))
    assert problems == []
    for table in contract.tables:
        frame = read.tables[table.name].frame
        for column in table.columns:
            if column.required and column.examples:
                assert not pd.isna(frame[column.name].iloc[0]) or column.interval


@pytest.mark.parametrize("program", CONTRACTS)
def test_the_worked_example_and_the_guidance_are_taken(program):
    contract = CONTRACTS[program]
    book = openpyxl.load_workbook(io.BytesIO(template_bytes(contract)))
    cells: Offered = {}
    for table in contract.tables:
        sheet = book[sheet_name(f"Example {table.label}")]
        worked = {row[0].value: row[1].value for row in sheet.iter_rows(min_row=4)}
        cells[table.name] = {}
        for column in table.columns:
            values = [typed(column, worked[column.label])] if worked[column.label] else []
            cells[table.name][column.name] = values + [
                typed(column, text) for text in named_in(guidance(column), column)
            ]
    assert told(contract, cells)[1] == []


def named_in(text: str, column: Column) -> list[str]:
    """Values that the guidance of a column tells people to type."""
    found = re.findall(r"for example ([0-9-]+)\.", text) + re.findall(r"written (<5)\.", text)
    found += ["Yes", "No"] if column.kind == "boolean" else []
    return found + re.findall(r"Example: (.+?) (?:Needed|May be left blank)", text)


def test_the_guidance_names_what_these_tests_look_for():
    named = {
        value
        for c in CONTRACTS.values()
        for t in c.tables
        for col in t.columns
        for value in named_in(guidance(col), col)
    }
    assert {"2026-09-30", "<5", "Yes", "No", "47", "HEAL-001"} <= named


@pytest.mark.parametrize("program", CONTRACTS)
def test_the_dictionary_lists_the_codes_these_tests_feed(program):
    page = (ROOT / f"docs/dictionary/{program}.md").read_text(encoding="utf-8")
    for table in CONTRACTS[program].tables:
        for column in table.columns:
            if column.codes is not None and not column.codes.shared:
                assert all(f"{code.label} (`{code.code}`)" in page for code in column.codes.codes)
