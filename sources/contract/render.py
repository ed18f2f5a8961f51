"""Files rendered from the program folders, and the check that they have not drifted.

Everything written here says from what and by what it was made. Rules' pages are rendered by
``expectations`` and joined by the command line, so that imports keep pointing one way.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

import yaml

from sources.contract.load import PROGRAMS_DIR, PROGRAMS_LIST, REFERENCE_DIR, ROOT, load_all, program_codes, read_rows
from sources.contract.model import Contract, Table
from sources.log.ledger_schema import LEDGER_TABLES
from sources.raw_schema import PROVENANCE, column_fields
from sources.reader.ranges import listed

BY = "generated from {source} by `impact contract render`; do not edit"
DBT_DIR = ROOT / "dbt_project"
RENDERED_DIRS = ("dbt_project/seeds/rendered", "dbt_project/models/rendered", "docs/dictionary", "docs/rules")
BARRIER_COLUMNS = {
    **dict.fromkeys(
        ("program_code", "partner_code", "period", "barrier_code", "side_code", "heard_unit", "item_id"), "string"
    ),
    **dict.fromkeys(("count_low", "count_high"), "bigint"),
}
PEOPLE_COLUMNS = dict.fromkeys(("program_code", "partner_code", "period", "person_key", "key_name"), "string")
PARTNER_FIELDS = (
    *("program_code", "partner_code", "partner_name", "country_code", "since", "until", "waves", "is_synthetic"),
)
_CADENCE: Mapping[str, str] = {
    "quarter": "One return per quarter, due {days} days after its last day.",
    "year": "One return per year, for its fourth quarter, due {days} days after its last day.",
    "wave": "One return per wave, due {days} days after the last day of the quarter it is reported for.",
}


def render(
    programs_dir: Path = PROGRAMS_DIR, reference_dir: Path = REFERENCE_DIR, dbt_dir: Path = DBT_DIR
) -> dict[str, bytes]:
    """Content by repository path of every file rendered from contracts, partners and indicators.

    Args:
        dbt_dir: The dbt project, where programs that hear of barriers or give person keys have their mappings.

    Raises:
        ContractError: a contract is not valid; nothing is rendered then.
    """
    from sources.contract.template import template_bytes

    contracts = load_all(programs_dir, reference_dir)
    files = {
        "sources/programs/checked.json": _checked(contracts),
        "dbt_project/models/rendered/sources.yml": _sources_yaml(contracts),
        "dbt_project/models/rendered/int_indicators__unioned.sql": _union(contracts, "indicators"),
        **{
            f"dbt_project/models/rendered/int_{topic}__unioned.sql": _union_of_those_with(
                topic, columns, contracts, dbt_dir
            )
            for topic, columns in (("barriers", BARRIER_COLUMNS), ("people", PEOPLE_COLUMNS))
        },
        **_seeds(contracts, programs_dir, reference_dir),
    }
    for program, contract in contracts.items():
        files[f"docs/dictionary/{program}.md"] = dictionary_page(contract, programs_dir).encode()
        files[f"sources/programs/{program}/template.xlsx"] = template_bytes(contract)
    return files


def write(files: Mapping[str, bytes], root: Path = ROOT) -> list[str]:
    """Write rendered files that differ and remove stale ones; returns the paths touched."""
    touched = []
    for name in drift(files, root):
        path = root / name
        if name in files:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(files[name])
        else:
            path.unlink()
        touched.append(name)
    return touched


def drift(files: Mapping[str, bytes], root: Path = ROOT) -> list[str]:
    """Repository paths whose content on disk is not what would be rendered, stale files included."""
    found = [name for name, content in files.items() if not _same(root / name, content)]
    for folder in RENDERED_DIRS:
        for path in sorted((root / folder).glob("*")):
            name = path.relative_to(root).as_posix()
            if path.is_file() and name not in files:
                found.append(name)
    return sorted(found)


def _same(path: Path, content: bytes) -> bool:
    if not path.is_file():
        return False
    present = path.read_bytes()
    return present == content or (path.suffix == ".xlsx" and _members(present) == _members(content))


def _members(content: bytes) -> dict[str, bytes] | None:
    """Unzipped members, since compressed bytes differ between versions of zlib."""
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except BadZipFile:
        return None


def _checked(contracts: Mapping[str, Contract]) -> bytes:
    body = {
        "note": BY.format(source="sources/programs/*/contract.odcs.yaml"),
        "contracts": {program: contract.sha256 for program, contract in sorted(contracts.items())},
    }
    return (json.dumps(body, indent=2) + "\n").encode()


def _sources_yaml(contracts: Mapping[str, Contract]) -> bytes:
    tables: list[dict[str, Any]] = []
    for program, contract in sorted(contracts.items()):
        tables.extend(_source_table(program, table) for table in contract.tables)
    for name, (description, schema) in LEDGER_TABLES.items():
        columns = [{"name": field.name, "description": f"See the event log ({field.type})"} for field in schema]
        tables.append({"name": f"ledger__{name}", "description": description, "columns": columns})
    text = "Accepted rows of partners' returns, and the folded event log, as Parquet"
    body = {"version": 2, "sources": [{"name": "raw", "description": text, "schema": "raw", "tables": tables}]}
    header = f"# {BY.format(source='sources/programs/*/contract.odcs.yaml')}\n"
    return (header + yaml.safe_dump(body, sort_keys=False, allow_unicode=True, width=120)).encode()


def _source_table(program: str, table: Table) -> dict[str, Any]:
    columns: list[dict[str, Any]] = []
    for column in table.columns:
        for field in column_fields(column):
            columns.append({"name": field.name, "description": column.description, "data_type": str(field.type)})
    columns += [{"name": name, "description": text, "data_type": str(kind)} for name, kind, text in PROVENANCE]
    return {"name": f"{program}__{table.name}", "description": table.description, "columns": columns}


def _union(programs: Iterable[str], topic: str) -> bytes:
    header = f"-- {BY.format(source='the program folders')}\n"
    parts = [f"select *\nfrom {{{{ ref('int_{program}__{topic}') }}}}" for program in sorted(programs)]
    return (header + "\nunion all\n".join(parts) + "\n").encode()


def _union_of_those_with(topic: str, columns: Mapping[str, str], programs: Iterable[str], dbt_dir: Path) -> bytes:
    """The union over programs that have a mapping of a topic; without rows while none does."""
    folder = dbt_dir / "models" / "intermediate"
    found = [program for program in programs if (folder / program / f"int_{program}__{topic}.sql").is_file()]
    if found:
        return _union(found, topic)
    selected = ",\n    ".join(f"cast(null as {kind}) as {name}" for name, kind in columns.items())
    return f"-- {BY.format(source='the program folders')}\nselect\n    {selected}\nwhere false\n".encode()


def _seeds(contracts: Mapping[str, Contract], programs_dir: Path, reference_dir: Path) -> dict[str, bytes]:
    folder = "dbt_project/seeds/rendered"
    files: dict[str, bytes] = {}
    for path in sorted(reference_dir.glob("*.csv")):
        name = "goals" if path.stem == "goals" else f"ref_{path.stem}"
        if path.stem != "fx_rates_other":
            files[f"{folder}/{name}.csv"] = path.read_bytes()
    files[f"{folder}/ref_{PROGRAMS_LIST}.csv"] = _csv(
        ("code", "label", "synonyms"),
        ((c.code, c.label, "|".join(c.synonyms)) for c in program_codes(programs_dir, reference_dir).codes),
    )
    files[f"{folder}/programs.csv"] = _csv(
        (
            *("program_code", "title", "reported_by", "period_kind", "deadline_days", "owner"),
            *("purpose", "limitations"),
        ),
        (
            (p, c.title, c.reported_by, c.period_kind, c.deadline_days, c.owner, c.description, c.limitations)
            for p, c in sorted(contracts.items())
        ),
    )
    files[f"{folder}/partners.csv"] = _csv(
        PARTNER_FIELDS,
        (
            (p, x.code, x.name, x.country, x.since, x.until or "", ";".join(x.waves), x.synthetic)
            for p, contract in sorted(contracts.items())
            for x in contract.partners
        ),
    )
    for name in ("indicators", "targets"):
        files[f"{folder}/{name}.csv"] = _joined(contracts, programs_dir, name)
    return files


def _joined(contracts: Mapping[str, Contract], programs_dir: Path, name: str) -> bytes:
    fields: list[str] = []
    rows: list[dict[str, str]] = []
    for program in sorted(contracts):
        for row in read_rows(programs_dir / program / f"{name}.csv"):
            fields += [field for field in row if field not in fields]
            rows.append({"program_code": program, **row})
    fields = ["program_code", *fields]
    return _csv(fields, ([row.get(field, "") for field in fields] for row in rows))


def _csv(fields: Iterable[str], rows: Iterable[Iterable[Any]]) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(fields)
    writer.writerows([str(item).lower() if isinstance(item, bool) else item for item in row] for row in rows)
    return buffer.getvalue().encode()


def dictionary_page(contract: Contract, programs_dir: Path = PROGRAMS_DIR) -> str:
    """The data dictionary page of a program, as Markdown."""
    source = f"sources/programs/{contract.program}/"
    faulty = "may be set aside while the rest is loaded" if contract.quarantine else "return the whole return"
    lines = [f"<!-- {BY.format(source=source)} -->", "", f"# {contract.title}", "", contract.description, ""]
    lines += [
        f"Reported by {contract.reported_by}. Contract version {contract.version}. "
        f"{_CADENCE[contract.period_kind].format(days=contract.deadline_days)} "
        f"Rows with errors {faulty}.",
        "",
    ]
    for partner in contract.partners:
        if partner.waves:
            lines += [f"{partner.name} owes the waves of {listed(partner.waves)}.", ""]
    for table in contract.tables:
        lines += [f"## {table.label} (`{contract.program}__{table.name}`)", "", table.description, ""]
        lines += ["| Column | Field | Type | Unit | Needed | What it holds | Also accepted as header |"]
        lines += ["|---|---|---|---|---|---|---|"]
        for column in table.columns:
            kind = "list of codes" if column.multiple else column.kind
            needed = "key" if column.key else "yes" if column.required else "no"
            cells = (column.label, f"`{column.name}`", kind, column.unit or "", needed, column.description)
            lines.append("| " + " | ".join(_md(cell) for cell in (*cells, ", ".join(column.synonyms))) + " |")
        lines.append("")
        for column in table.columns:
            if column.codes is not None and not column.codes.shared:
                lines += [
                    f"**{column.label}**: " + ", ".join(f"{c.label} (`{c.code}`)" for c in column.codes.codes),
                    "",
                ]
    indicators = read_rows(programs_dir / contract.program / "indicators.csv")
    lines += _markdown_table(
        "Indicators",
        {
            "Indicator": "name",
            "Unit": "unit",
            "Kind": "kind",
            "Level": "level",
            "Definition": "definition",
            "Known limits": "limits",
        },
        indicators,
    )
    lines += _markdown_table(
        "Reference sheets",
        {
            "Indicator": "name",
            "Numerator": "numerator",
            "Denominator": "denominator",
            "Split by": "disaggregations",
            "Verified by": "means_of_verification",
            "SDG target": "sdg_target",
            "Contributes to": "contributes_to",
            "Part of": "parts_of",
            "Version": "version",
            "Holds from": "effective_from",
            "Code": "indicator_code",
        },
        indicators,
    )
    names = {row["indicator_code"]: row["name"] for row in indicators}
    targets = read_rows(programs_dir / contract.program / "targets.csv")
    lines += _markdown_table(
        "Targets",
        {"Indicator": "name", "Year": "year", "Target": "target_value", "Target is": "basis", "Source": "source"},
        [row | {"name": names[row["indicator_code"]]} for row in targets],
    )
    return "\n".join(lines)


def _markdown_table(heading: str, columns: Mapping[str, str], rows: Iterable[Mapping[str, str]]) -> list[str]:
    lines = [f"## {heading}", "", "| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    lines += ["| " + " | ".join(_md(row.get(key) or "") for key in columns.values()) + " |" for row in rows]
    return [*lines, ""]


def _md(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")
