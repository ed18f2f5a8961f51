"""Rules every column and table has without saying so: required, list, range, pattern, length, key, rows.

:func:`implicit_rules` names them, :data:`EXPECTATIONS` builds their Great Expectations objects and
:data:`EXPLAIN` words what failed.
"""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

import numpy as np
import pandas as pd

from expectations import gx, words
from expectations.rules.base import Context, Explanation, Finding, Positions, bounds, causes, keys
from sources.contract.model import Column, Contract, Rule, Table

#: Longer lists are judged through a column of yes and no: Great Expectations copies a value set 80 times.
LONGEST_SET = 30
_ROW = "_row"


def implicit_rules(contract: Contract, table: Table) -> list[Rule]:
    """The table's implicit rules in column order, keys and rows last; all are errors."""
    found = []
    for column in table.columns:
        for kind, guidance in _column_rules(column):
            rule_id = f"{contract.program}.{table.name}.{column.name}.{kind}"
            found.append(Rule(rule_id, kind, "error", (column.name,), guidance))
    prefix = f"{contract.program}.{table.name}.{_ROW}"
    if table.key:
        labels = words.listed(f"“{table.column(name).label}”" for name in table.key)
        found.append(Rule(f"{prefix}.unique_key", "unique_key", "error", table.key, f"{labels} stands once."))
    if not table.optional:
        found.append(Rule(f"{prefix}.has_rows", "has_rows", "error", (), "The table is there and has rows."))
    return found


def _column_rules(column: Column) -> list[tuple[str, str]]:
    found = []
    if column.required:
        found.append(("required", "Must be filled in."))
    if column.codes is not None:
        found.append(("in_list", f"One of the {len(column.codes.codes)} values of its list."))
    if column.minimum is not None or column.maximum is not None:
        found.append(("range", f"{range_words(column)[:1].upper()}{range_words(column)[1:]}."))
    if column.pattern is not None:
        found.append(("pattern", f"Written like {column.examples[0] if column.examples else column.pattern}."))
    if column.max_length is not None:
        found.append(("max_length", f"At most {words.number(column.max_length)} characters."))
    return found


def range_words(column: Column) -> str:
    """``0 or more``, ``at most 100`` or ``0 to 100``."""
    if column.maximum is None:
        return f"{words.number(column.minimum or 0)} or more"
    if column.minimum is None:
        return f"at most {words.number(column.maximum)}"
    return f"{words.number(column.minimum)} to {words.number(column.maximum)}"


def in_list(values: pd.Series[Any], column: Column) -> pd.Series[bool]:
    """True where the cell is empty or all its codes are in the list."""
    known = set(column.codes.code_values()) if column.codes else set()
    cells = values.dropna().unique()
    wrong = [cell for cell in cells if not known.issuperset(_parts(column, cell))]
    return ~values.isin(wrong)


def _parts(column: Column, cell: Any) -> list[str]:
    return str(cell).split(";") if column.multiple else [str(cell)]


# Great Expectations objects: each builder gives the expectations of a rule and may add columns to the frame.

Build = Callable[[Rule, Table, dict[str, "pd.Series[Any]"], pd.DataFrame], list[Any]]


def _required(rule: Rule, table: Table, judged: dict[str, pd.Series[Any]], frame: pd.DataFrame) -> list[Any]:
    name = rule.columns[0]
    column = next(item for item in (f"__read__{name}", f"{name}_low", name) if item in judged)
    return [gx.expectations().ExpectColumnValuesToNotBeNull(column=column)]


def _in_list(rule: Rule, table: Table, judged: dict[str, pd.Series[Any]], frame: pd.DataFrame) -> list[Any]:
    column = table.column(rule.columns[0])
    codes = list(column.codes.code_values()) if column.codes else []
    if len(codes) <= LONGEST_SET and not column.multiple:
        return [gx.expectations().ExpectColumnValuesToBeInSet(column=column.name, value_set=codes)]
    judged[f"__rule__{rule.id}"] = in_list(judged[column.name], column)
    return [gx.expectations().ExpectColumnValuesToBeInSet(column=f"__rule__{rule.id}", value_set=[True])]


def _range(rule: Rule, table: Table, judged: dict[str, pd.Series[Any]], frame: pd.DataFrame) -> list[Any]:
    gxe = gx.expectations()
    column = table.column(rule.columns[0])
    if f"{column.name}_low" not in judged:
        limits = {"min_value": column.minimum, "max_value": column.maximum}
        return [gxe.ExpectColumnValuesToBeBetween(column=column.name, **limits)]
    found = []  # an interval is wrong only if nothing in it can be right
    if column.minimum is not None:
        found.append(gxe.ExpectColumnValuesToBeBetween(column=f"{column.name}_high", min_value=column.minimum))
    if column.maximum is not None:
        found.append(gxe.ExpectColumnValuesToBeBetween(column=f"{column.name}_low", max_value=column.maximum))
    return found


def _pattern(rule: Rule, table: Table, judged: dict[str, pd.Series[Any]], frame: pd.DataFrame) -> list[Any]:
    column = table.column(rule.columns[0])
    return [gx.expectations().ExpectColumnValuesToMatchRegex(column=column.name, regex=column.pattern or "")]


def _max_length(rule: Rule, table: Table, judged: dict[str, pd.Series[Any]], frame: pd.DataFrame) -> list[Any]:
    column = table.column(rule.columns[0])
    return [gx.expectations().ExpectColumnValueLengthsToBeBetween(column=column.name, max_value=column.max_length)]


def _unique_key(rule: Rule, table: Table, judged: dict[str, pd.Series[Any]], frame: pd.DataFrame) -> list[Any]:
    names = list(rule.columns)
    if "_submission_id" in frame:  # raw Parquet holds several returns: the key is unique within each
        judged["_submission_id"] = frame["_submission_id"]
        names = ["_submission_id", *names]
    if len(names) == 1:
        return [gx.expectations().ExpectColumnValuesToBeUnique(column=names[0])]
    # A key may have an optional part: rows that leave it empty are compared too.
    ignored = "any_value_is_missing" if all(table.column(name).required for name in rule.columns) else "never"
    return [gx.expectations().ExpectCompoundColumnsToBeUnique(column_list=names, ignore_row_if=ignored)]


def _has_rows(rule: Rule, table: Table, judged: dict[str, pd.Series[Any]], frame: pd.DataFrame) -> list[Any]:
    return [gx.expectations().ExpectTableRowCountToBeBetween(min_value=1)]


EXPECTATIONS: dict[str, Build] = {
    "required": _required,
    "in_list": _in_list,
    "range": _range,
    "pattern": _pattern,
    "max_length": _max_length,
    "unique_key": _unique_key,
    "has_rows": _has_rows,
}


# Wording.


def explain_required(frame: pd.DataFrame, rule: Rule, ctx: Context, positions: Positions) -> Explanation:
    """One line: the cells are empty, or the sheet has no such column."""
    column = ctx.table.column(rule.columns[0])
    sheet = frame["_sheet"].iloc[positions[0]]
    place = (frame["_file"].iloc[positions[0]], sheet if isinstance(sheet, str) else None, column.name)
    expected = words.how_to_fill(column).rstrip(".")
    if place in ctx.absent:
        fix = "Add a column with exactly this header and fill it in."
        finding = Finding(positions, f"there is no column “{column.label}”", fix, None, f"a column “{column.label}”")
        return Explanation([finding], finding.what, column.name, "table", "interpretation")
    finding = Finding(positions, f"“{column.label}” is empty", words.how_to_fill(column), None, expected)
    return Explanation([finding], finding.what, column.name)


def explain_in_list(frame: pd.DataFrame, rule: Rule, ctx: Context, positions: Positions) -> Explanation:
    """One line per wrong value, with the closest right one."""
    column = ctx.table.column(rule.columns[0])
    typed = ctx.typed_in(frame, column.name)
    findings = []
    for group in causes(positions, frame[column.name]):
        cell = frame[column.name].iloc[group[0]]
        known = set(column.codes.code_values()) if column.codes else set()
        wrong = [part for part in _parts(column, cell) if part not in known]
        said = f"“{words.short(words.listed(wrong))}”" if column.multiple else words.quoted(column, typed[group[0]])
        what = f"{said} is not in the list of “{column.label}”"
        fix = closest(column, wrong[0]) or words.how_to_fill(column)
        found = None if column.personal else words.raw(typed[group[0]])
        findings.append(Finding(group, what, fix, found, "a value of the list"))
    different = frame[column.name].iloc[positions].nunique()
    return Explanation(findings, f"“{column.label}” holds {different} values that are not in its list", column.name)


def closest(column: Column, value: str) -> str | None:
    """``Did you mean Michigan?`` where a label, code or synonym is near; the whole list where it is short."""
    codes = column.codes.codes if column.codes else ()
    names = {name.casefold(): code.label for code in codes for name in (code.code, *code.synonyms, code.label)}
    near = get_close_matches(value.casefold(), names, n=1, cutoff=0.75)
    if near:
        return f"Did you mean {names[near[0]]}?"
    if 0 < len(codes) <= 8:
        return f"Choose {words.listed((code.label for code in codes), 'or')}."
    return None


def explain_range(frame: pd.DataFrame, rule: Rule, ctx: Context, positions: Positions) -> Explanation:
    """One line per value."""
    column = ctx.table.column(rule.columns[0])
    low, high = bounds(frame, column.name)
    typed, findings = ctx.typed_in(frame, column.name), []
    for group in causes(positions, low, high):
        below = column.minimum is not None and high.iloc[group[0]] < column.minimum
        limit = words.number((column.minimum if below else column.maximum) or 0)
        what = (
            f"“{column.label}” cannot be {'below' if below else 'above'} {limit}, "
            f"but here it is {words.raw(typed[group[0]])}"
        )
        both = column.maximum is not None and column.minimum is not None
        fix = f"Type {'a number from ' if both else ''}{range_words(column)}."
        findings.append(Finding(group, what, fix, words.raw(typed[group[0]]), range_words(column)))
    general = f"“{column.label}” is outside {range_words(column)} in {len(positions)} rows"
    return Explanation(findings, general, column.name)


def explain_pattern(frame: pd.DataFrame, rule: Rule, ctx: Context, positions: Positions) -> Explanation:
    """One line per value."""
    column = ctx.table.column(rule.columns[0])
    typed, findings = ctx.typed_in(frame, column.name), []
    like = f"like {column.examples[0]}" if column.examples else f"so that it matches {column.pattern}"
    for group in causes(positions, frame[column.name]):
        what = f"{words.quoted(column, typed[group[0]])} is not how “{column.label}” is written"
        found = None if column.personal else words.raw(typed[group[0]])
        findings.append(Finding(group, what, f"Write it {like}.", found, like))
    return Explanation(findings, f"“{column.label}” is written in another way in {len(positions)} rows", column.name)


def explain_max_length(frame: pd.DataFrame, rule: Rule, ctx: Context, positions: Positions) -> Explanation:
    """One line per length."""
    column = ctx.table.column(rule.columns[0])
    lengths, limit = frame[column.name].str.len(), words.number(column.max_length or 0)
    findings = []
    for group in causes(positions, lengths):
        length = words.number(lengths.iloc[group[0]])
        what = f"“{column.label}” has {length} characters; at most {limit} are allowed"
        expected = f"at most {limit} characters"
        findings.append(Finding(group, what, "Shorten the text.", f"{length} characters", expected))
    general = f"“{column.label}” has more than {limit} characters in {len(positions)} rows"
    return Explanation(findings, general, column.name)


def explain_unique_key(frame: pd.DataFrame, rule: Rule, ctx: Context, positions: Positions) -> Explanation:
    """One line per key that stands more than once."""
    columns = [ctx.table.column(name) for name in ctx.table.key]
    all_keys = keys(frame, ctx.table)
    findings = []
    for group in causes(positions, all_keys):
        at = int(group[0])
        again = np.flatnonzero((all_keys == all_keys.iloc[at]).to_numpy())
        times = "twice" if len(again) == 2 else f"{len(again)} times"
        said = " with ".join(f"“{c.label}” {words.shown(c, frame[c.name].iloc[at])}" for c in columns)
        if any(column.personal for column in columns):
            said = " with ".join(f"“{column.label}”" for column in columns)
        what = f"{said} appears {times}{_elsewhere(frame, group, again)}"
        findings.append(Finding(group, what, f"Give each {_thing(columns)} one row.", None, "one row per key"))
    general = f"{' with '.join(f'“{column.label}”' for column in columns)} appears more than once in many rows"
    return Explanation(findings, general, columns[0].name, "rows")


def _elsewhere(frame: pd.DataFrame, group: Positions, again: Positions) -> str:
    places = frame[["_file", "_sheet"]].iloc[again]
    if (places == places.iloc[0]).all(axis=None):
        return ""  # the usual case, thousands of rows of one sheet among them
    here = frame[["_file", "_sheet"]].iloc[group[0]].tolist()
    others = []
    for at in again:
        file, sheet = frame["_file"].iloc[at], frame["_sheet"].iloc[at]
        if [file, sheet] != here and not (file == here[0] and pd.isna(sheet) and pd.isna(here[1])):
            row = int(frame["_row"].iloc[at])
            file_said = "" if file == here[0] else f"file {file}, "
            others.append(
                f"{file_said}sheet {sheet}, row {row}" if isinstance(sheet, str) else f"{file_said}line {row}"
            )
    return f", also in {words.listed(others[:3])}" if others else ""


def _thing(columns: list[Column]) -> str:
    if len(columns) > 1:
        return "combination"
    label = columns[0].label
    for ending in (" ID", " code", " number", " no."):
        label = label.removesuffix(ending)
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def explain_has_rows(frame: pd.DataFrame, rule: Rule, ctx: Context, positions: Positions) -> Explanation:
    """One line for the table: it is missing, or has headers and nothing under them."""
    grain = ctx.table.description.split(".")[0].strip()
    grain = f"{grain[:1].lower()}{grain[1:]}"
    if ctx.table.name in ctx.tables:
        what = "there are no rows under the headers"
        fix = f"Fill in {grain}; if the whole quarter had none, declare that there is nothing to report."
    else:
        what = f"the table “{ctx.table.label}” is missing"
        fix = f"Add a sheet with its headers and {grain}."
    return Explanation([Finding(positions, what, fix, None, grain)], what, None, "table", "interpretation")


EXPLAIN: dict[str, Callable[[pd.DataFrame, Rule, Context, Positions], Explanation]] = {
    "required": explain_required,
    "in_list": explain_in_list,
    "range": explain_range,
    "pattern": explain_pattern,
    "max_length": explain_max_length,
    "unique_key": explain_unique_key,
    "has_rows": explain_has_rows,
}
