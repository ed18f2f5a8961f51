"""The version of a rule set: a hash over the contract and the code of the rules, never kept by hand."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from sources.contract.model import Contract

_HERE = Path(__file__).parent


@cache
def _code_hash() -> str:
    digest = hashlib.sha256()
    for path in [*sorted((_HERE / "rules").glob("*.py")), _HERE / "implicit.py", _HERE / "suites.py"]:
        digest.update(path.relative_to(_HERE).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def ruleset_version(contract: Contract) -> str:
    """Twelve hex digits that change with the contract, its code lists, or the code of the rules."""
    digest = hashlib.sha256(f"{contract.sha256}\n{_code_hash()}\n".encode())
    for table in contract.tables:
        for column in table.columns:
            if column.codes is not None:
                digest.update(f"{column.codes.id}:{'|'.join(column.codes.code_values())}\n".encode())
    return digest.hexdigest()[:12]
