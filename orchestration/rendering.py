"""All rendered files of the repository: those of `sources` and the rule pages of `expectations`."""

from __future__ import annotations

from pathlib import Path

from sources.contract.load import PROGRAMS_DIR, REFERENCE_DIR, load_all
from sources.contract.render import render


def everything(programs_dir: Path = PROGRAMS_DIR, reference_dir: Path = REFERENCE_DIR) -> dict[str, bytes]:
    """Content by repository path of every rendered file.

    Raises:
        ContractError: a contract is not valid.
    """
    from expectations.catalogue import index_page
    from expectations.datadocs import suite_summary

    files = render(programs_dir, reference_dir)
    contracts = load_all(programs_dir, reference_dir)
    files["docs/rules/README.md"] = index_page(contracts.values()).encode()
    for program, contract in contracts.items():
        files[f"docs/rules/{program}.md"] = suite_summary(contract).encode()
    return files
