"""A page per published table, from dbt's manifest: its grain, columns, checks and what it is made from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from exports.page import table as html_table
from exports.safe import html_text
from orchestration.documentation.picture import Node, drawn

AUDIENCES = {
    "release": "For everybody: it has passed disclosure control",
    "restricted": "For signed-in program leads",
}

_HEADS = ("Column", "Type", "What it holds")


@dataclass(frozen=True)
class Table:
    """A published table as the site describes it."""

    name: str
    audience: str
    description: str
    body: str


def tables(manifest: Mapping[str, Any]) -> list[Table]:
    """Every ``pub_*`` table, in order of its name."""
    nodes = graph(manifest)
    checks, proofs = _checks(manifest), _proofs(manifest)
    published = [
        (one, node)
        for one, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and node["name"].startswith("pub_")
    ]
    return [
        Table(
            node["name"],
            str(node["config"]["meta"]["audience"]),
            str(node["description"]),
            _body(one, node, nodes, checks.get(one, []), proofs.get(one, [])),
        )
        for one, node in sorted(published, key=lambda pair: str(pair[1]["name"]))
    ]


def graph(manifest: Mapping[str, Any]) -> dict[str, Node]:
    """Models, seeds and sources by their id."""
    found = {
        one: Node(node["name"], _layer(node), tuple(node["depends_on"].get("nodes", ())))
        for one, node in manifest["nodes"].items()
        if node["resource_type"] in ("model", "seed")
    }
    return found | {one: Node(node["name"], "sources", ()) for one, node in manifest["sources"].items()}


def _layer(node: Mapping[str, Any]) -> str:
    if node["resource_type"] == "seed":
        return "sources"
    front = str(node["name"]).split("_", 1)[0]
    return {"stg": "staging", "int": "intermediate", "pub": "published", "ref": "sources"}.get(front, "marts")


def _checks(manifest: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Data tests by the table they are of."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for node in manifest["nodes"].values():
        if node["resource_type"] == "test" and node.get("attached_node"):
            found[node["attached_node"]].append(node)
    return found


def _proofs(manifest: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Unit tests by the model whose arithmetic they prove."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for node in manifest.get("unit_tests", {}).values():
        found[node["depends_on"]["nodes"][0]].append(node)
    return found


def _body(
    one: str,
    node: Mapping[str, Any],
    nodes: Mapping[str, Node],
    checks: list[dict[str, Any]],
    proofs: list[dict[str, Any]],
) -> str:
    grain = ", ".join(f"<code>{html_text(name)}</code>" for name in node["config"]["meta"].get("grain", ()))
    columns = [
        (
            f"<code>{html_text(name)}</code>",
            html_text(column.get("data_type") or ""),
            html_text(column.get("description") or ""),
        )
        for name, column in node["columns"].items()
    ]
    parents = sorted({nodes[parent].name for parent in node["depends_on"]["nodes"] if parent in nodes})
    return (
        f"<p>{html_text(AUDIENCES[node['config']['meta']['audience']])}. One row is told from another by {grain}.</p>\n"
        f"<h2>Columns</h2>\n{html_table('Columns', _HEADS, [('', columns)], '', prose=True)}"
        f"<h2>Checks</h2>\n{_listed(checks, proofs)}"
        "<h2>What it is made from</h2>\n"
        '<div class="scroll" role="group" aria-label="What it is made from" tabindex="0">\n'
        f"{drawn(nodes, one)}</div>\n"
        f"<p>Read directly: {', '.join(f'<code>{html_text(name)}</code>' for name in parents) or 'nothing'}. "
        'The code of each is on <a href="../dbt/index.html">dbt’s page</a>.</p>\n'
    )


def _listed(checks: list[dict[str, Any]], proofs: list[dict[str, Any]]) -> str:
    lines = [f"<li>On the data of every run: {_of_check(check)}.</li>\n" for check in sorted(checks, key=_name)]
    lines += [
        f"<li>On invented rows: {html_text(str(proof['name']).replace('_', ' '))}."
        + (f'<span class="small">{html_text(proof["description"])}</span>' if proof.get("description") else "")
        + "</li>\n"
        for proof in sorted(proofs, key=_name)
    ]
    return f"<ul>\n{''.join(lines)}</ul>\n" if lines else "<p>None of its own; those of the tables it reads hold.</p>\n"


def _name(node: Mapping[str, Any]) -> str:
    return str(node["name"])


def _of_check(check: Mapping[str, Any]) -> str:
    """What a data test says, as HTML."""
    test = check.get("test_metadata") or {}
    given = {
        key: [f"<code>{html_text(one)}</code>" for one in (value if isinstance(value, list) else [value])]
        for key, value in (test.get("kwargs") or {}).items()
    }

    def listed(key: str, mark: str = ", ") -> str:
        return mark.join(given.get(key, []))

    said = {
        "unique_combination": f"no two rows have the same {listed('columns')}",
        "sums_agree": f"the sums of {listed('columns')} are those of {listed('other')}",
        "sound": "; ".join(filter(None, [f"no two rows have the same {listed('grain')}", listed("conditions", "; ")])),
        "holds": listed("conditions", "; "),
        "not_negative": f"none of {listed('columns')} is negative",
        "relationships": f"each {listed('column_name')} is in {listed('to')}",
    }.get(str(test.get("name")))
    return said or html_text(str(check["name"]).replace("_", " "))
