"""What a data team would write without this product: pandas reads the workbook, a Great Expectations suite judges it.

The suite says what the contract of HEAL says, as far as shipped expectations can; what they can't say is left out: a group of
several codes in one cell, intervals such as "<5", exchange rates, the quarter before, personal data, the cell's address.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, Literal

import pandas as pd

from sources.contract.load import load_contract
from sources.contract.model import Column, Table

HEADER = 2
Engine = Literal["openpyxl", "calamine"]


class ByHand:
    """The suites are made once; each :meth:`verdict` reads and judges a workbook."""

    def __init__(self) -> None:
        import great_expectations as gx

        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False, "metric_calculations": False}
        source = context.data_sources.add_pandas("returns")
        self._tables, self._runs = load_contract("heal").tables, {}
        for table in self._tables:
            batch = source.add_dataframe_asset(table.name).add_batch_definition_whole_dataframe("all")
            suite = context.suites.add(gx.ExpectationSuite(name=table.name, expectations=list(_suite(table))))
            made = gx.ValidationDefinition(data=batch, suite=suite, name=table.name)
            self._runs[table.name] = context.validation_definitions.add(made)

    def verdict(self, data: bytes, engine: Engine) -> dict[str, Any]:
        """Results by table, with the rows that failed."""
        sheets = pd.read_excel(io.BytesIO(data), sheet_name=None, header=HEADER, engine=engine)
        return {
            table.name: self._runs[table.name].run(
                batch_parameters={"dataframe": _typed(table, sheets[table.label])}, result_format="COMPLETE"
            )
            for table in self._tables
        }


def failing(results: dict[str, Any]) -> int:
    """Values the suites found wrong."""
    return sum(one.result.get("unexpected_count", 0) for result in results.values() for one in result.results)


def _typed(table: Table, sheet: pd.DataFrame) -> pd.DataFrame:
    """Numbers as numbers; whether a cell that is not empty was one stands beside it."""
    frame = sheet.rename(columns={column.label: column.name for column in table.columns})
    for name in _numbers(table):
        number = pd.to_numeric(frame[name], errors="coerce")
        frame[f"{name}_is_number"] = number.notna() | frame[name].isna()
        frame[name] = number
    return frame


def _numbers(table: Table) -> list[str]:
    return [column.name for column in table.columns if column.kind in ("money", "integer")]


def _suite(table: Table) -> Iterator[Any]:
    import great_expectations.expectations as gxe

    for column in table.columns:
        yield from _column(column)
    keys = [column.name for column in table.columns if column.key]
    if len(keys) == 1:
        yield gxe.ExpectColumnValuesToBeUnique(column=keys[0])
    else:
        yield gxe.ExpectCompoundColumnsToBeUnique(column_list=keys)
    if table.name == "interventions":
        yield gxe.ExpectColumnValuesToNotBeNull(
            column="grant_currency", row_condition="grant_amount.notnull()", condition_parser="pandas"
        )
    else:
        yield gxe.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A="responses_count", column_B="mentions_count", or_equal=True
        )


def _column(column: Column) -> Iterator[Any]:
    import great_expectations.expectations as gxe

    if column.required:
        yield gxe.ExpectColumnValuesToNotBeNull(column=column.name)
    if column.codes is not None:
        yield gxe.ExpectColumnValuesToBeInSet(column=column.name, value_set=list(column.codes.labels()))
    elif column.kind in ("money", "integer"):
        yield gxe.ExpectColumnValuesToBeInSet(column=f"{column.name}_is_number", value_set=[True])
        yield gxe.ExpectColumnValuesToBeBetween(column=column.name, min_value=column.minimum, max_value=column.maximum)
    else:
        yield gxe.ExpectColumnValueLengthsToBeBetween(column=column.name, max_value=column.max_length or 1000)
    if column.pattern:
        yield gxe.ExpectColumnValuesToMatchRegex(column=column.name, regex=column.pattern)
