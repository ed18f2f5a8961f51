"""What the rules are and what they found, for people: a page per program, and Data Docs of all verdicts.

Data Docs are Great Expectations' own pages, made from the results verdicts rest on. As shipped they load
scripts and styles from six other hosts; here whatever comes from elsewhere is taken out, so that reading
a verdict tells nobody. Nor do they escape what they quote: cells of a return are escaped before they are
handed over, and no page may run a script.
"""

from __future__ import annotations

import html
import importlib
import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from expectations import gx
from expectations.stored import StoredResults
from expectations.suites import table_rules
from sources.contract.model import Contract, Rule, Table
from sources.contract.render import BY

_SITE = "returns"
_PARTS = ("validations", "expectations", "static", "profiling")
_REMOTE = re.compile(
    r"<script\b[^>]*\bsrc=[\"'](?:https?:)?//[^>]*>\s*</script>"
    r"|<link\b[^>]*\bhref=[\"'](?:https?:)?//[^>]*>"
    r"|<img\b[^>]*\bsrc=[\"'](?:https?:)?//[^>]*>"
    r"|<footer\b.*?</footer>"
    r"|url\([\"']?(?:https?:)?//[^)]*\)",
    re.DOTALL | re.IGNORECASE,
)
_POLICY = (
    "<meta http-equiv=\"Content-Security-Policy\" content=\"script-src 'none'; object-src 'none'; "
    "connect-src 'none'; frame-src 'none'; base-uri 'none'; form-action 'none'\">"
)
_STYLE = (
    "<style>body{font-family:system-ui,sans-serif;margin:1rem 2rem;line-height:1.45}"
    "table{border-collapse:collapse;width:100%}td,th{border:1px solid #bbb;padding:.3rem .5rem;text-align:left;"
    "vertical-align:top}.modal{display:none}pre,code{white-space:pre-wrap}</style>"
)


def write_data_docs(results: Iterable[StoredResults], out_dir: Path) -> Path:
    """Write the Data Docs site of stored results; an earlier site in ``out_dir`` is replaced.

    Returns:
        The site's ``index.html``.
    """
    out_dir.mkdir(parents=True, exist_ok=True)
    for name in _PARTS:
        shutil.rmtree(out_dir / name, ignore_errors=True)
    context = _context(out_dir)
    for stored in results:
        for result in stored.results:
            _store(context, stored, result)
    context.build_data_docs(site_names=[_SITE])
    for page in out_dir.rglob("*.html"):
        text = _REMOTE.sub("", page.read_text(encoding="utf-8"))
        text = re.sub(r"<head\b[^>]*>", lambda head: head[0] + _POLICY, text, count=1)
        page.write_text(text.replace("</head>", f"{_STYLE}</head>", 1), encoding="utf-8")
    return out_dir / "index.html"


def _context(out_dir: Path) -> Any:
    """A context of its own: the site holds exactly the results given."""
    context = gx.new_context()
    context.add_data_docs_site(
        _SITE,
        {
            "class_name": "SiteBuilder",
            "show_how_to_buttons": False,
            "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(out_dir)},
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder", "show_cta_footer": False},
        },
    )
    return context


def _store(context: Any, stored: StoredResults, result: dict[str, Any]) -> None:
    identifiers = importlib.import_module("great_expectations.data_context.types.resource_identifiers")
    core = importlib.import_module("great_expectations.core")
    schemas = importlib.import_module("great_expectations.core.expectation_validation_result")
    run_id = core.RunIdentifier(run_name=stored.submission_id, run_time=stored.judged_at)
    value = schemas.expectationSuiteValidationResultSchema.load(
        {
            **result,
            "results": [_quoted(item) for item in result["results"]],
            "meta": {
                **result["meta"],
                "run_id": {"run_name": stored.submission_id, "run_time": stored.judged_at.isoformat()},
                "validation_time": stored.judged_at.isoformat(),
                "active_batch_definition": {
                    "datasource_name": result["meta"].get("partner", ""),
                    "data_connector_name": "fluent",
                    "data_asset_name": result["meta"].get("table", ""),
                    "batch_identifiers": {"period": result["meta"].get("period", "")},
                },
            },
        }
    )
    suite = identifiers.ExpectationSuiteIdentifier(name=result["suite_name"])
    batch = f"{result['meta'].get('partner', '')}-{result['meta'].get('period', '')}"
    key = identifiers.ValidationResultIdentifier(suite, run_id, batch)
    context.validation_results_store.set(key, value)


def _quoted(item: dict[str, Any]) -> dict[str, Any]:
    """A result as the pages may quote it: cells escaped, no positions.

    Frame positions mean nothing to readers, and the pages fail on shortened lists of them.
    """
    kept = {key: _inert(value) for key, value in item["result"].items() if key != "unexpected_index_list"}
    told = {"exception_info": _inert(item["exception_info"])} if "exception_info" in item else {}
    return {**item, **told, "result": kept}


def _inert(value: Any) -> Any:
    """A value with every text in it escaped; its keys are Great Expectations' own."""
    if isinstance(value, str):
        return html.escape(value)
    if isinstance(value, dict):
        return {key: _inert(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_inert(inner) for inner in value]
    return value


def suite_summary(contract: Contract) -> str:
    """All rules of a program as Markdown: id, severity, guidance; drift-tested in ``docs/rules``."""
    contract_file = f"sources/programs/{contract.program}/contract.odcs.yaml"
    lines = [
        f"# Rules of {contract.title}",
        "",
        f"<!-- {BY.format(source=contract_file)} -->",
        "",
        f"Contract version {contract.version}. An error returns the return"
        + (", or leaves its rows out where the rest stands" if contract.quarantine else "")
        + "; a warning must be confirmed before approval.",
    ]
    for table in contract.tables:
        lines += ["", f"## {table.label}", "", table.description + (" May be left out." if table.optional else ""), ""]
        lines += ["| Rule | Where | Severity | Guidance |", "|---|---|---|---|"]
        for rule in table_rules(contract, table):
            lines.append(f"| `{rule.id}` | {_where(table, rule)} | {rule.severity} | {_cell(rule.description)} |")
    return "\n".join(lines) + "\n"


def _where(table: Table, rule: Rule) -> str:
    return _cell(", ".join(table.column(name).label for name in rule.columns)) or "whole table"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
