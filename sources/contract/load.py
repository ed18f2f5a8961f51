"""Contract files → frozen :class:`Contract`, strictly.

Three gates: the standard's own JSON Schema, its pydantic model, and the keys the warehouse acts on.
The first two are slow to import, so a contract whose hash the renderer has recorded as checked
(``sources/programs/checked.json``) skips them; ``impact contract check`` never skips.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, cast, get_args

from sources import periods
from sources.contract import keys
from sources.contract.model import Code, CodeList, Column, Contract, Kind, Partner, PeriodKind, Rule, Table, Target
from sources.contract.yamlmarks import YamlProblem, load_marked
from sources.lean_imports import ADDRESSES, imported_without

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS_DIR = ROOT / "sources" / "programs"
REFERENCE_DIR = ROOT / "sources" / "reference"
CONTRACT_FILE = "contract.odcs.yaml"
#: Parameters of rules that name columns, the one to be marked first.
_COLUMN_PARAMS = ("column", "amount", "total", "first", "then", "needs", "currency", "other", "parts", "date", "within")
#: The shared list that every program folder belongs to by itself.
PROGRAMS_LIST = "programs_funded"


class ContractError(ValueError):
    """A contract that cannot be used; ``problems`` are lines ``file:line: sentence``."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def programs(programs_dir: Path = PROGRAMS_DIR) -> list[str]:
    """Slugs of all program folders, sorted."""
    return sorted(path.parent.name for path in programs_dir.glob(f"*/{CONTRACT_FILE}"))


def load_all(programs_dir: Path = PROGRAMS_DIR, reference_dir: Path = REFERENCE_DIR) -> dict[str, Contract]:
    """Every program's contract by slug. Raises :class:`ContractError` for the first bad one."""
    return {slug: load_contract(slug, programs_dir, reference_dir) for slug in programs(programs_dir)}


def load_contract(
    program: str, programs_dir: Path = PROGRAMS_DIR, reference_dir: Path = REFERENCE_DIR, *, strict: bool | None = None
) -> Contract:
    """The contract of one program with its partners.

    Args:
        strict: Run the standard's JSON Schema and model too; ``None`` does so unless the file's hash
            is recorded as checked.

    Raises:
        ContractError: naming file, line and key of every problem.
    """
    path = programs_dir / program / CONTRACT_FILE
    name = f"sources/programs/{program}/{CONTRACT_FILE}"
    if not path.is_file():
        raise ContractError([f"{name}: there is no such program; known are {', '.join(programs(programs_dir))}"])
    text = path.read_text(encoding="utf-8")
    digest = hashlib.sha256(text.encode()).hexdigest()
    try:
        value, lines = load_marked(text)
    except YamlProblem as error:
        raise ContractError([f"{name}:{error.line}: {error}"]) from error
    found = list(keys.unknown_keys(value))
    if not found and (strict if strict is not None else digest != checked(programs_dir).get(program)):
        found = _standard_problems(value)
    if found:
        raise ContractError([f"{name}:{_line(lines, path)}: {sentence}" for path, sentence in found])
    try:
        contract = _contract(program, value, digest, programs_dir, reference_dir)
    except (KeyError, ValueError, TypeError) as error:
        raise ContractError([f"{name}:1: {error}"]) from error
    problems = [f"{name}:{_line(lines, path)}: {sentence}" for path, sentence in _references(contract, value)]
    if problems:
        raise ContractError(problems)
    folder = programs_dir / program
    partners = load_partners(program, folder / "partners.yaml", contract.period_kind)
    sheets = read_rows(folder / "indicators.csv")
    problems = list(part_problems(f"sources/programs/{program}/indicators.csv", sheets))
    if problems:
        raise ContractError(problems)
    indicators = tuple(row["indicator_code"] for row in sheets)
    targets = tuple(
        Target(row["indicator_code"], int(row["year"]), Decimal(row["target_value"]), row["basis"])
        for row in read_rows(folder / "targets.csv")
    )
    return replace(contract, partners=partners, indicators=indicators, targets=targets)


def part_problems(name: str, sheets: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """What is wrong with ``parts_of``: which indicator counts some of the people another counts, at the same moment.

    Disclosure control links figures by it, so it must name a count of people of the same program, and not in a circle.
    """
    by_code = {row["indicator_code"]: row for row in sheets}
    for number, row in enumerate(sheets, start=2):
        whole = row.get("parts_of") or ""
        if not whole:
            continue
        place = f"{name}:{number}: parts_of “{whole}”"
        if whole not in by_code:
            yield f"{place} is no indicator of this program"
        elif row["counts_people"] != "true" or by_code[whole]["counts_people"] != "true":
            yield f"{place}: both must count people"
        elif "ratio" in (row["kind"], by_code[whole]["kind"]):
            yield f"{place}: a share is no part; name counts of people"
        elif by_code[whole].get("parts_of"):
            yield f"{place} is itself a part; name the whole"


def checked(programs_dir: Path = PROGRAMS_DIR) -> dict[str, str]:
    """Hashes of contracts that passed the standard's schema and model, as the renderer recorded them."""
    path = programs_dir / "checked.json"
    return json.loads(path.read_text(encoding="utf-8"))["contracts"] if path.is_file() else {}


def load_partners(program: str, path: Path, period_kind: PeriodKind = "quarter") -> tuple[Partner, ...]:
    """Partners of a program from ``partners.yaml``. Raises :class:`ContractError` on unknown keys."""
    name = f"sources/programs/{program}/partners.yaml"
    if not path.is_file():
        return ()
    try:
        value, lines = load_marked(path.read_text(encoding="utf-8"))
    except YamlProblem as error:
        raise ContractError([f"{name}:{error.line}: {error}"]) from error
    allowed = frozenset(field.name for field in fields(Partner)) - {"program"}
    problems, partners = [], []
    for index, row in enumerate((value or {}).get("partners") or []):
        line = lines[("partners", index)]
        for key in row.keys() - allowed:
            problems.append(f"{name}:{lines[('partners', index, key)]}: unknown key “{key}” in a partner")
        known: dict[str, Any] = {
            key: tuple(map(str, item)) if key == "waves" else item for key, item in row.items() if key in allowed
        }
        try:
            partner = Partner(program=program, **known)
            periods.parse(partner.since)
            if partner.until is not None:
                periods.parse(partner.until)
            _check_waves(partner, period_kind)
            partners.append(partner)
        except (TypeError, ValueError) as error:
            problems.append(f"{name}:{line}: {error}")
    if problems:
        raise ContractError(problems)
    return tuple(partners)


def _check_waves(partner: Partner, period_kind: PeriodKind) -> None:
    """Raises ``ValueError`` where the waves of a partner do not fit how the program is reported."""
    if period_kind != "wave":
        if partner.waves:
            raise ValueError(f"{partner.code} lists waves, but the program is reported by {period_kind}")
        return
    if not partner.waves:
        raise ValueError(f"{partner.code} needs “waves”: the quarters it owes a wave for, such as [2025-Q3]")
    for period in partner.waves:
        periods.parse(period)
        if not partner.since <= period <= (partner.until or period):
            raise ValueError(f"the wave {period} of {partner.code} lies outside the quarters it reports")
    if list(partner.waves) != sorted(set(partner.waves)):
        raise ValueError(f"the waves of {partner.code} must be in order, each once")


def read_rows(path: Path) -> list[dict[str, str]]:
    """Rows of a csv of a program folder; empty where the file is absent."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@cache
def load_code_list(name: str, reference_dir: Path = REFERENCE_DIR) -> CodeList:
    """A shared list from ``sources/reference/<name>.csv``. Raises ``ValueError`` where there is none."""
    path = reference_dir / f"{name}.csv"
    if not path.is_file():
        raise ValueError(f"there is no shared list “{name}” in sources/reference")
    with path.open(encoding="utf-8", newline="") as handle:
        codes = tuple(
            Code(row["code"], row["label"], tuple(part for part in (row.get("synonyms") or "").split("|") if part))
            for row in csv.DictReader(handle)
        )
    return CodeList(name, codes, shared=True)


def program_codes(programs_dir: Path = PROGRAMS_DIR, reference_dir: Path = REFERENCE_DIR) -> CodeList:
    """What money can go to: the shared list, and every program folder it does not name."""
    listed = load_code_list(PROGRAMS_LIST, reference_dir).codes
    known = {code.code for code in listed}
    found = []
    for program in programs(programs_dir):
        if program not in known:
            text = (programs_dir / program / CONTRACT_FILE).read_text(encoding="utf-8")
            match = re.search(r"^name:\s*(.+?)\s*$", text, flags=re.MULTILINE)
            found.append(Code(program, match[1].strip("\"'") if match else program))
    return CodeList(PROGRAMS_LIST, (*listed, *found), shared=True)


def _line(lines: dict[tuple[str | int, ...], int], path: tuple[str | int, ...]) -> int:
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def _standard_problems(value: Any) -> list[tuple[tuple[str | int, ...], str]]:
    with imported_without(*ADDRESSES):
        import jsonschema
    import open_data_contract_standard
    from open_data_contract_standard.model import OpenDataContractStandard
    from pydantic import ValidationError

    schema = json.loads((Path(open_data_contract_standard.__file__).parent / "schema.json").read_text("utf-8"))
    validator = jsonschema.validators.validator_for(schema)(schema)
    found = [(tuple(error.absolute_path), error.message) for error in validator.iter_errors(value)]
    if not found:
        try:
            OpenDataContractStandard.model_validate(value)
        except ValidationError as error:
            found = [(tuple(item["loc"]), item["msg"]) for item in error.errors()]
    return found


def _custom(mapping: dict[str, Any]) -> dict[str, Any]:
    return {item["property"]: item["value"] for item in mapping.get("customProperties") or []}


def _synonyms(mapping: dict[str, Any]) -> tuple[str, ...]:
    return tuple(item["synonym"] for item in mapping.get("synonyms") or [])


def _contract(program: str, value: dict[str, Any], digest: str, programs_dir: Path, reference_dir: Path) -> Contract:
    if value["id"] != program:
        raise ValueError(f"the id “{value['id']}” must be the folder's name “{program}”")
    custom = _custom(value)
    levels = {item["property"]: item["value"] for item in value.get("slaProperties") or []}
    members = (value.get("team") or {}).get("members") or []
    return Contract(
        program=program,
        title=value["name"],
        version=value["version"],
        description=(value.get("description") or {}).get("purpose", ""),
        limitations=(value.get("description") or {}).get("limitations", ""),
        reported_by=custom.get("reportedBy", ""),
        tables=tuple(_table(program, item, programs_dir, reference_dir) for item in value["schema"]),
        period_kind=_period_kind(levels.get("frequency", "quarter")),
        deadline_days=int(levels.get("deadline", 30)),
        quarantine=bool(custom.get("quarantine", False)),
        owner=next((item["username"] for item in members if item.get("role") == "owner"), ""),
        sha256=digest,
    )


def _period_kind(value: object) -> PeriodKind:
    for kind in get_args(PeriodKind):
        if value == kind:
            return cast("PeriodKind", kind)
    raise ValueError(f"the frequency “{value}” must be one of {', '.join(get_args(PeriodKind))}")


def _table(program: str, value: dict[str, Any], programs_dir: Path, reference_dir: Path) -> Table:
    name = value["name"]
    if not value.get("description", "").startswith("One row per"):
        raise ValueError(f"the description of table “{name}” must open with its grain: One row per …")
    return Table(
        name=name,
        label=value.get("businessName", name),
        description=value["description"],
        columns=tuple(_column(f"{program}.{name}", item, programs_dir, reference_dir) for item in value["properties"]),
        rules=tuple(_rule(f"{program}.{name}", item) for item in value.get("quality") or []),
        optional=bool(_custom(value).get("optional", False)),
    )


def _column(prefix: str, value: dict[str, Any], programs_dir: Path, reference_dir: Path) -> Column:
    custom, options = _custom(value), value.get("logicalTypeOptions") or {}
    codes = None
    if value.get("enum"):
        codes = CodeList(
            f"{prefix}.{value['name']}",
            tuple(Code(str(item["value"]), item.get("label", str(item["value"]))) for item in value["enum"]),
        )
    elif "codeList" in custom:
        name = custom["codeList"]
        codes = (
            program_codes(programs_dir, reference_dir) if name == PROGRAMS_LIST else load_code_list(name, reference_dir)
        )
    return Column(
        name=value["name"],
        label=value.get("businessName", value["name"]),
        kind=_kind(prefix, value, codes, custom.get("unit")),
        description=value.get("description", ""),
        synonyms=_synonyms(value),
        required=bool(value.get("required", False)),
        key=bool(value.get("primaryKey", False)),
        unit=custom.get("unit"),
        codes=codes,
        multiple=bool(custom.get("multiple", False)),
        interval=bool(custom.get("interval", False)),
        minimum=options.get("minimum"),
        maximum=options.get("maximum"),
        pattern=options.get("pattern"),
        max_length=options.get("maxLength"),
        personal=value.get("classification"),
        examples=tuple(str(item) for item in value.get("examples") or []),
    )


def _kind(prefix: str, value: dict[str, Any], codes: CodeList | None, unit: str | None) -> Kind:
    logical = value.get("logicalType")
    if logical == "string":
        return "code" if codes else "text"
    if logical == "number":
        if str(value.get("physicalType", "")).upper().startswith("DECIMAL"):
            return "money"
        return "percent" if unit == "percent" else "decimal"
    if logical in ("integer", "date", "boolean"):
        return logical  # type: ignore[no-any-return]
    raise ValueError(f"column {prefix}.{value['name']}: the type “{logical}” is not supported")


def _rule(prefix: str, value: dict[str, Any]) -> Rule:
    params = {key: item for key, item in value["implementation"].items() if key != "kind"}
    columns = tuple(
        name
        for key in _COLUMN_PARAMS
        for name in (params.get(key, []) if isinstance(params.get(key), list) else [params.get(key)])
        if name
    )
    kind = value["implementation"]["kind"]
    if value.get("severity") not in ("error", "warning", "info"):
        raise ValueError(f"rule {prefix}.{value['id']}: severity must be error, warning or info")
    return Rule(f"{prefix}.{columns[0]}.{value['id']}", kind, value["severity"], columns, value["description"], params)


def _references(contract: Contract, value: dict[str, Any]) -> list[tuple[tuple[str | int, ...], str]]:
    """Rules that name columns or tables the contract does not have."""
    found: list[tuple[tuple[str | int, ...], str]] = []
    tables = {table.name: {column.name for column in table.columns} for table in contract.tables}
    for index, table in enumerate(contract.tables):
        if not table.key and not any(column.name for column in table.columns):
            found.append((("schema", index), f"table “{table.name}” has no columns"))
        for number, rule in enumerate(table.rules):
            path = ("schema", index, "quality", number, "implementation")
            for name in rule.columns:
                if name not in tables[table.name]:
                    found.append((path, f"the rule names “{name}”, which is no column of {table.name}"))
            found += [(path, sentence) for sentence in _unlisted(table, rule)]
            other = rule.params.get("table")
            if other is not None and rule.params["to"] not in tables.get(other, set()):
                found.append((path, f"the rule names “{other}.{rule.params['to']}”, which does not exist"))
    return found


def _unlisted(table: Table, rule: Rule) -> list[str]:
    """Codes a rule names that its column's list does not have."""
    name = rule.params.get("column")
    codes = next((column.codes for column in table.columns if column.name == name), None)
    known = codes.code_values() if codes else ()
    return [f"the rule names “{c}”, which is no code of {name}" for c in rule.params.get("codes", []) if c not in known]
