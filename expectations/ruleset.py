"""The version of a rule set: a hash over the contract and the code of reader and rules, never kept by hand."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from sources.contract.model import Contract

_HERE = Path(__file__).parent


@cache
def _code_hash() -> str:
    digest = hashlib.sha256()
    own = [_HERE / f"{name}.py" for name in ("implicit", "suites", "judge", "gx", "gx_plan")]
    reader = sorted((_HERE.parent / "sources" / "reader").glob("*.py"))
    for path in [*sorted((_HERE / "rules").glob("*.py")), *own, *reader]:
        digest.update(path.relative_to(_HERE.parent).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def ruleset_version(contract: Contract) -> str:
    """Twelve hex digits that change with the contract, its code lists, or the code of reader and rules."""
    digest = hashlib.sha256(f"{contract.sha256}\n{_code_hash()}\n".encode())
    for table in contract.tables:
        for column in table.columns:
            if column.codes is not None:
                digest.update(f"{column.codes.id}:{'|'.join(column.codes.code_values())}\n".encode())
    return digest.hexdigest()[:12]
