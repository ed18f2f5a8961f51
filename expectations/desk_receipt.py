"""The receipt of a submission: what was received, what became of it, and the seal anyone can check later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from expectations.reasons import REASONS

if TYPE_CHECKING:
    from sources.contract.model import Contract
    from sources.log.records import Submission

VERDICT_WORDS = {
    "accepted": "accepted",
    "accepted_with_warnings": "accepted with warnings, which must be confirmed before approval",
    "partially_accepted": "accepted in part; the rows with errors were left out",
    "returned": "returned; nothing was loaded",
    "refused": "refused; nothing was loaded",
    "needs_answer": "a question must be answered first; nothing was loaded yet",
    "withdrawn": "withdrawn",
    "received": "received, not checked yet",
}


def receipt(submission: Submission, contract: Contract | None) -> dict[str, Any]:
    """The receipt as JSON-ready values, always the same for the same log.

    ``log_head`` is the hash of the ``judged`` event: whoever holds the receipt can show later that the log
    still contains it. ``files`` carry the SHA-256 of the bytes as received.
    """
    verdict = submission.verdict
    labels = {table.name: table.label for table in contract.tables} if contract is not None else {}
    partners = {item.code: item.name for item in contract.partners} if contract is not None else {}
    tables = verdict.tables if verdict is not None else {}
    return {
        "number": submission.id,
        "received_at": f"{submission.received_at:%Y-%m-%d %H:%M:%S} UTC",
        "received_on": submission.received_on.isoformat(),
        "received_by": submission.received_by,
        "program": submission.program,
        "program_title": contract.title if contract is not None else submission.program,
        "partner": submission.partner,
        "partner_name": partners.get(submission.partner, submission.partner),
        "is_synthetic": contract is not None
        and any(item.code == submission.partner and item.synthetic for item in contract.partners),
        "period": submission.period,
        "reason": submission.reason,
        "reason_code": submission.reason_code,
        "files": [{"name": file.name, "sha256": file.sha256, "size": file.size} for file in submission.files],
        "verdict": submission.state,
        "loads": submission.loaded,
        "error_count": verdict.count("error") if verdict is not None else 0,
        "warning_count": verdict.count("warning") if verdict is not None else 0,
        "tables": [
            {
                "name": name,
                "label": labels.get(name, name),
                "rows": table.rows,
                "rows_left_out": len(table.quarantined),
                "totals": dict(table.totals),
            }
            for name, table in tables.items()
        ],
        "notes": [
            problem["sentence"]
            for problem in (verdict.problems if verdict is not None else [])
            if problem["severity"] == "info" and problem["rule"].startswith("file.")
        ],
        "erased_rows": submission.erased_rows,
        "contract_version": verdict.contract_version if verdict is not None else None,
        "ruleset": verdict.ruleset if verdict is not None else None,
        "judged_at": f"{verdict.at:%Y-%m-%d %H:%M:%S} UTC" if verdict is not None else None,
        "log_head": verdict.seal if verdict is not None else submission.seal,
    }


def receipt_text(value: dict[str, Any], contract: Contract | None = None) -> str:
    """The receipt as text to print or mail."""
    lines = [
        f"Receipt {value['number']}" + (" (synthetic sample)" if value["is_synthetic"] else ""),
        f"Received     {value['received_at']} from {value['received_by']}",
        f"Return       {value['program_title']}, {value['partner_name']}, {value['period']}",
    ]
    if value["reason"]:
        kind = REASONS.get(value["reason_code"] or "")
        lines.append(f"Reason       {f'{kind}: ' if kind else ''}{value['reason']}")
    for file in value["files"]:
        lines += [f"File         {file['name']} ({file['size']:,} bytes)", f"  SHA-256    {file['sha256']}"]
    lines.append(f"Verdict      {VERDICT_WORDS[value['verdict']]}")
    counts = [f"{value[f'{word}_count']} {word}{'s' if value[f'{word}_count'] != 1 else ''}" for word in _SEVERITIES]
    if value["judged_at"]:
        lines.append(f"Problems     {', '.join(counts)}")
    for table in value["tables"]:
        what = "loaded" if value["loads"] else "read"
        left = f", {table['rows_left_out']:,} left out" if table["rows_left_out"] else ""
        lines.append(f"Table        {table['label']}: {table['rows']:,} {_rows(table['rows'])} {what}{left}")
        columns = _labels(contract, table["name"])
        lines += [f"  Total      {columns.get(column, column)}: {total}" for column, total in table["totals"].items()]
    lines += [f"Note         {sentence}" for sentence in value["notes"]]
    if value["erased_rows"]:
        count = value["erased_rows"]
        lines.append(f"Erased       {count:,} {_rows(count)} about a person, on request")
    if value["contract_version"]:
        lines.append(f"Contract     version {value['contract_version']}, rules {value['ruleset']}")
    lines.append(f"Log head     {value['log_head']}")
    if "signature" in value:
        lines.append(f"Signed with  {value['signature']['public_key']}")
    return "\n".join(lines) + "\n"


_SEVERITIES = ("error", "warning")


def _rows(count: int) -> str:
    return "row" if count == 1 else "rows"


def _labels(contract: Contract | None, table: str) -> dict[str, str]:
    if contract is None:
        return {}
    return {c.name: c.label for item in contract.tables if item.name == table for c in item.columns}
