"""Commands of the desk: check and hand in a return, and what people decide about it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from expectations.reasons import REASONS
from orchestration.cli.app import (
    AsOf,
    Json,
    Partner,
    Period,
    Program,
    UsageProblem,
    Who,
    Why,
    agreed,
    app,
    day,
    desk,
    house,
    out,
    say,
    who_am_i,
)

if TYPE_CHECKING:
    from expectations.verdict import Verdict
    from sources.reader import InputFile

Files = Annotated[list[Path], typer.Argument(help="The return: one file or several (xlsx, xlsm, xlsb, xls, ods, csv).")]
ReasonCode = Annotated[
    str,
    typer.Option("--reason-code", help=f"The kind of reason: {', '.join(REASONS)}. An approved quarter needs it."),
]
MarkedOut = Annotated[
    Path | None,
    typer.Option("--marked", help="Also write the files with their mistakes marked: a file name, or a folder."),
]
Submission = Annotated[str, typer.Argument(help="Number on the receipt, such as S000012-7f3a.")]


def input_files(paths: list[Path]) -> list[InputFile]:
    """Files of the command line as named bytes."""
    from sources.reader import InputFile

    for path in paths:
        if not path.is_file():
            raise UsageProblem(f"There is no file {path}.")
    return [InputFile(path.name, path.read_bytes()) for path in paths]


def write_marked(files: list[InputFile], verdict: Verdict, out: Path | None, folder: Path) -> str:
    """Write the marked files and say where.

    Args:
        out: A file, or a folder to put it in under its own name.
        folder: Where it goes without ``out``.
    """
    from expectations.marking import mark

    marked = mark(files, verdict.problems)
    path = folder / marked.name if out is None else out / marked.name if out.is_dir() else out
    path.write_bytes(marked.data)
    return f"{f'{marked.why} ' if marked.why else ''}Written: {path}"


def finish(
    verdict: Verdict, head: dict[str, Any], as_json: bool, *, tail: str = "", only_checked: bool = False
) -> None:
    """Print a verdict and end with its exit code."""
    from expectations.messages import render_text

    if as_json:
        say(json.dumps({**head, **verdict.as_dict()}, indent=2, ensure_ascii=False, default=str))
    else:
        say(render_text(verdict, head.get("files", []), only_checked=only_checked))
        for text in (tail, head.get("marked", "")):
            if text:
                say(text)
    raise typer.Exit(verdict.exit_code)


@app.command()
def check(
    files: Files,
    program: Program = "",
    partner: Partner = "",
    period: Period = "",
    marked: MarkedOut = None,
    as_json: Json = False,
) -> None:
    """Read and judge a return without handing it in; nothing is kept."""
    from expectations.revision import render_revision
    from orchestration.progress import awaited

    given = input_files(files)
    counter = desk()
    with awaited("Reading", silent=as_json):
        found = counter.check(given, program=program or None, partner=partner or None, period=period or None)
        changes = counter.revision(given, partner=found.partner, program=found.program, period=found.period)
    head: dict[str, Any] = {"program": found.program, "files": [item.name for item in given]}
    if as_json:
        head["revision"] = changes.as_dict() if changes is not None else None
    tail = render_revision(changes, found.period) if changes is not None else ""
    if marked is not None:
        head["marked"] = write_marked(given, found.verdict, marked, files[0].parent)
    finish(found.verdict, head, as_json, tail=tail, only_checked=True)


@app.command()
def submit(
    files: Files,
    partner: Annotated[str, typer.Option("--partner", help="Partner code, such as sample_heal.")],
    program: Annotated[str, typer.Option("--program", "-p", help="Program, such as heal.")],
    period: Annotated[str, typer.Option("--period", help="Quarter, such as 2026-Q3.")],
    reason: Annotated[str, typer.Option("--reason", help="Needed to correct an approved quarter.")] = "",
    reason_code: ReasonCode = "",
    received_on: Annotated[str, typer.Option("--received-on", help="For returns that came before this day.")] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Replace what counts without asking.")] = False,
    receipt: Annotated[Path | None, typer.Option("--receipt", help="Write the receipt here, as JSON.")] = None,
    marked: MarkedOut = None,
    who: Who = "",
    as_json: Json = False,
) -> None:
    """Hand in a quarter: the originals are kept, the verdict comes at once, with a receipt.

    What would change against what counts now is shown first, and on a terminal asked about.
    """
    from expectations.revision import render_revision
    from orchestration.progress import awaited

    counter, given = desk(), input_files(files)
    changes = counter.revision(given, partner=partner, program=program, period=period)
    if changes is not None and not as_json:
        say(render_revision(changes, period))
        if not yes and agreed("Replace it?") is False:
            say("Nothing was handed in.")
            raise typer.Exit(0)
    with awaited("Reading", silent=as_json):
        outcome = counter.submit(
            given,
            partner=partner,
            program=program,
            period=period,
            who=who_am_i(who),
            received_on=day(received_on),
            reason=reason or None,
            reason_code=reason_code or None,
        )
    if receipt is not None:
        receipt.write_text(json.dumps(outcome.receipt.as_dict(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    head: dict[str, Any] = {"submission_id": outcome.submission_id, "files": [path.name for path in files]}
    if marked is not None:
        head["marked"] = write_marked(given, outcome.verdict, marked, files[0].parent)
    if as_json:
        head["revision"] = changes.as_dict() if changes is not None else None
        finish(outcome.verdict, {**head, "receipt": outcome.receipt.as_dict()}, True)
    if outcome.duplicate_of:
        waiting = outcome.verdict.state == "needs_answer"
        what = "which waits for an answer" if waiting else "which counts now"
        say(f"These are the same bytes as {outcome.duplicate_of}, {what}. Nothing was changed.")
        if marked is not None:
            say(head["marked"])
        raise typer.Exit(outcome.verdict.exit_code)
    finish(outcome.verdict, head, False, tail=outcome.receipt.as_text())


@app.command()
def answer(
    submission: Submission,
    answers: Annotated[list[str], typer.Argument(help="key=value, as the question names them.")],
    who: Who = "",
    as_json: Json = False,
) -> None:
    """Settle questions about a return; the answers are remembered for the partner."""
    pairs = dict(item.split("=", 1) for item in answers if "=" in item)
    if len(pairs) != len(answers):
        raise UsageProblem("Write each answer as key=value, for example number_format=,")
    outcome = desk().answer(submission, pairs, who_am_i(who))
    finish(outcome.verdict, {"submission_id": submission, "files": []}, as_json, tail=outcome.receipt.as_text())


@app.command()
def confirm(submission: Submission, why: Why = "", who: Who = "") -> None:
    """Say that the warnings of a return were seen and stand."""
    desk().confirm(submission, who_am_i(who), why)
    say(f"{submission}: the warnings are confirmed. A lead can approve it now.")


@app.command()
def approve(submission: Submission, why: Why = "", who: Who = "") -> None:
    """Sign a return off. The person who handed it in can't."""
    desk().approve(submission, who_am_i(who), why)
    say(f"{submission} is approved.")


@app.command(name="return")
def return_(submission: Submission, why: Why, who: Who = "") -> None:
    """Send a return back to the partner with a reason."""
    desk().return_(submission, who_am_i(who), why)
    say(f"{submission} went back to the partner: {why}")


@app.command()
def reopen(submission: Submission, why: Why, reason_code: ReasonCode = "", who: Who = "") -> None:
    """Take an approval back."""
    desk().reopen(submission, who_am_i(who), why, reason_code=reason_code or None)
    say(f"{submission} is open again.")


@app.command()
def withdraw(submission: Submission, why: Why, reason_code: ReasonCode = "", who: Who = "") -> None:
    """Take a return back; the version before it counts again."""
    desk().withdraw(submission, who_am_i(who), why, reason_code=reason_code or None)
    say(f"{submission} is withdrawn. The original is kept; it no longer counts.")


@app.command()
def nil(partner: Partner, program: Program, period: Period, why: Why = "", who: Who = "") -> None:
    """Declare that there is nothing to report, which is not the same as missing."""
    desk().nil(partner=partner, program=program, period=period, who=who_am_i(who), why=why)
    say(f"{partner}, {program}, {period}: nothing to report. Noted.")


@app.command()
def waive(
    partner: Partner,
    program: Program,
    period: Period,
    why: Why,
    expires: Annotated[str, typer.Option("--expires", help="Last day the waiver holds, like 2027-03-31.")] = "",
    indicator: Annotated[str, typer.Option("--indicator", help="Only this indicator.")] = "",
    who: Who = "",
) -> None:
    """Excuse a partner from a quarter; every number it touches is footnoted."""
    desk().waive(
        partner=partner,
        program=program,
        period=period,
        who=who_am_i(who),
        why=why,
        expires_on=day(expires),
        indicator=indicator or None,
    )
    say(f"{partner} is excused from {program} {period}: {why}")


@app.command()
def revalidate(program: Program = "", who: Who = "") -> None:
    """Judge the returns that count anew with today's rules and record the verdicts."""
    from orchestration.progress import awaited

    counter = desk()
    with awaited("Judging anew", counter.settings.data):
        changes = counter.revalidate(program=program or None, who=who_am_i(who))
    changed = [item for item in changes if item.before != item.after]
    say(f"{len(changes)} returns judged anew; {len(changed)} verdicts differ.")
    for item in changed:
        say(f"  {item.submission_id}: {item.before} → {item.after}")


@app.command()
def status(program: Program = "", period: Period = "", as_of: AsOf = "", as_json: Json = False) -> None:
    """Who has reported, who is late, what waits for whom."""
    from orchestration.standing import standing, standing_table

    home = house(as_of)
    rows = standing(home.contracts, home.snapshot, home.as_of, program=program or None, period=period or None)
    if as_json:
        say(json.dumps([row.as_dict() for row in rows], indent=2, ensure_ascii=False, default=str))
    elif not rows:
        say("Nothing is due for that choice.")
    else:
        out().print(standing_table(rows, home.as_of))
