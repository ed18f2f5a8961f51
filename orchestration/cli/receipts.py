"""Commands over receipts: print one, write it to a file, and check one with nothing but the files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from orchestration.cli.app import Json, UsageProblem, app, desk, house, say
from orchestration.cli.returns import Submission, input_files


def write_receipt(value: dict[str, Any], path: Path) -> None:
    """A receipt as the JSON file that ``impact verify`` reads."""
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


@app.command()
def receipt(
    submission: Submission,
    to: Annotated[Path | None, typer.Option("--output", "-o", help="Write it as JSON, for impact verify.")] = None,
    as_json: Json = False,
) -> None:
    """The receipt of a return, as it stands now."""
    made = desk().receipt(submission)
    if to is not None:
        write_receipt(made.as_dict(), to)
        say(f"Wrote {to}")
    elif as_json:
        say(json.dumps(made.as_dict(), indent=2, ensure_ascii=False))
    else:
        say(made.as_text())


@app.command()
def verify(
    receipt_file: Annotated[Path, typer.Argument(metavar="RECEIPT", help="The receipt as JSON.")],
    files: Annotated[list[Path], typer.Argument(help="The files that were handed in.")],
    key: Annotated[str, typer.Option("--key", help="The public key the receipt must be signed with.")] = "",
    log: Annotated[
        bool | None,
        typer.Option("--log/--no-log", help="Look it up in the log here too. Default: where there is a log."),
    ] = None,
) -> None:
    """Check a receipt against the files, without the warehouse: exit code 0 if it holds, 1 if not.

    The files and the receipt are enough to show that these are the bytes that were received. A signature, or the log,
    shows that the receipt was issued here.
    """
    from expectations.receipts import SIGNATURE, verify_in_log
    from expectations.receipts import verify as check

    if not receipt_file.is_file():
        raise UsageProblem(f"There is no file {receipt_file}.")
    try:
        value = json.loads(receipt_file.read_text(encoding="utf-8"))
    except ValueError:
        value = None
    given = input_files(files)
    problems = check(value if isinstance(value, dict) else {}, given, key=key or None)
    home = house()
    here = home.log.head().seq > 0 if log is None else log
    if not problems and here:
        problems = verify_in_log(value, home.log)
    if problems:
        say("Not verified:")
        for sentence in problems:
            say(f"  {sentence}")
        raise typer.Exit(1)
    which = "this is the file" if len(given) == 1 else f"these are the {len(given)} files"
    say(f"Verified: {which} that receipt {value['number']} names, byte for byte, and the receipt's seal holds.")
    if SIGNATURE in value:
        public = value[SIGNATURE]["public_key"]
        say(f"Signed with {'the key you gave' if key else f'key {public}; compare it with the published one'}.")
    if here:
        say("The log here holds the return with the same files and verdict, and its chain is whole.")
    elif SIGNATURE not in value:
        say("Not signed, and not compared with a log: who issued the receipt is not shown.")
