"""Commands over rules: try them on the returns that are stored, before they may stop anybody."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.cli.app import Json, UsageProblem, Who, Why, app, desk, say, who_am_i

if TYPE_CHECKING:
    from expectations.desk_backtest import Backtest
    from sources.contract.model import Contract
    from sources.problems import Severity

#: Newly failing returns listed; the count is complete.
SHOWN = 50


@app.command()
def backtest(
    program: Annotated[str, typer.Option("--program", "-p", help="Program, such as heal.")],
    contract: Annotated[Path | None, typer.Option("--contract", help="A contract file to try instead.")] = None,
    rule: Annotated[list[str] | None, typer.Option("--rule", help="ID=severity, such as …=error; repeatable.")] = None,
    may_block: Annotated[bool, typer.Option("--may-block", help="From now on these rules may stop returns.")] = False,
    why: Why = "",
    who: Who = "",
    as_json: Json = False,
) -> None:
    """Judge every accepted return by a program's rules as they would be: who would newly fail?

    A new or changed rule only warns until --may-block is given. The log keeps that it was tried, and what was found.
    """
    from orchestration.progress import awaited

    counter = desk()
    with awaited("Judging anew", silent=as_json):
        found = counter.backtest(
            program,
            who=who_am_i(who),
            candidate=_candidate(program, contract) if contract is not None else None,
            severities=_severities(rule or []),
            may_block=may_block,
            why=why or None,
        )
    if as_json:
        say(json.dumps(found.as_dict(), indent=2, ensure_ascii=False))
        return
    _tell(found)


def _tell(found: Backtest) -> None:
    rules = len(found.new_rules)
    say(f"{found.program}, contract {found.contract_version}: {found.replayed:,} accepted returns judged again.")
    say(f"New or changed rules: {', '.join(found.new_rules)}." if rules else "No rule is new.")
    for submission, why in found.not_replayed:
        say(f"  {submission} could not be judged: {why}")
    if not found.failing:
        say("Nobody would newly fail.")
    else:
        count = len(found.failing)
        say(f"{count:,} {'return' if count == 1 else 'returns'} would newly fail:")
    for item in found.failing[:SHOWN]:
        now = "" if item.counts else ", no longer counts"
        say(
            f"\n  {item.partner} {item.period}, {item.submission_id}{now}: {_words(item.before)} → {_words(item.after)}"
        )
        for _, sentence, _ in item.problems:
            say(f"    {sentence}")
    if len(found.failing) > SHOWN:
        say(f"\n  … and {len(found.failing) - SHOWN:,} more.")
    if found.may_block:
        say("From now on these rules may stop returns.")
    elif rules:
        say("They only warn for now. Run it again with --may-block to let them stop returns.")


def _words(state: str) -> str:
    return state.replace("_", " ")


def _severities(given: list[str]) -> dict[str, Severity]:
    found: dict[str, Severity] = {}
    for item in given:
        rule_id, _, severity = item.rpartition("=")
        if severity not in ("error", "warning", "info") or not rule_id:
            raise UsageProblem(f"Write “{item}” as ID=severity, for example ID=error.")
        found[rule_id] = severity  # type: ignore[assignment]
    return found


def _candidate(program: str, path: Path) -> Contract:
    """A contract file read in the place of the program's own: the same partners, indicators and shared lists."""
    from sources.contract.load import CONTRACT_FILE, PROGRAMS_DIR, load_contract

    if not path.is_file():
        raise UsageProblem(f"There is no file {path}.")
    with tempfile.TemporaryDirectory() as folder:
        for home in sorted(PROGRAMS_DIR.iterdir()):
            if home.name != program:
                (Path(folder) / home.name).symlink_to(home)
        mine = Path(folder) / program
        mine.mkdir()
        for item in (PROGRAMS_DIR / program).iterdir():
            if item.name != CONTRACT_FILE:
                (mine / item.name).symlink_to(item)
        (mine / CONTRACT_FILE).write_bytes(path.read_bytes())
        return load_contract(program, Path(folder))
