"""The application object, its common options, and how errors become plain sentences."""

from __future__ import annotations

import os
import sys
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestration.cli.inert import terminal_text

if TYPE_CHECKING:
    from rich.console import Console

    from expectations.desk import Desk
    from orchestration.resources import House

app = typer.Typer(
    name="impact",
    help="From partners' quarterly spreadsheets to numbers that leadership can sign.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)

AsOf = Annotated[str, typer.Option("--as-of", help="The day to speak for, like 2026-11-15. Default: today (UTC).")]
Json = Annotated[bool, typer.Option("--json", help="Machine-readable output.")]
Who = Annotated[str, typer.Option("--as", help="Who you are. Default: IMPACT_USER, then your login name.")]
Program = Annotated[str, typer.Option("--program", "-p", help="Program, such as heal.")]
Partner = Annotated[str, typer.Option("--partner", help="Partner code, such as sample_heal.")]
Period = Annotated[str, typer.Option("--period", help="Quarter, such as 2026-Q3.")]
Why = Annotated[str, typer.Option("--why", help="The reason, in words; it is kept.")]


#: Errors that are nobody's mistake on the command line: the work did not happen, try again (exit code 1).
_DID_NOT_HAPPEN = frozenset(
    {"PortalFailed", "ReleaseRefused", "ReplayFailed", "RunFailed", "StorageAway", "SurveyProblem", "Timeout"}
)
#: Clients of storage elsewhere, which have errors of their own.
_CLIENTS = frozenset({"aiobotocore", "aiohttp", "botocore"})


class UsageProblem(Exception):
    """Something on the command line is wrong; the message says what to type instead."""


def who_am_i(given: str) -> str:
    """The person a command acts for."""
    return given or os.environ.get("IMPACT_USER") or os.environ.get("USER") or "unknown"


def day(text: str) -> date | None:
    """A day from the command line. Raises :class:`UsageProblem` when it is none."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageProblem(f"“{text}” is not a day. Write it like 2026-11-15.") from None


def house(as_of: str = "") -> House:
    """The installation the environment names."""
    from orchestration.resources import House
    from sources.settings import Settings

    return House(Settings.from_env(os.environ), day(as_of))


def desk() -> Desk:
    """The desk over the installation the environment names."""
    from expectations.desk import Desk

    home = house()
    return Desk(home.settings, home.contracts, effect=_effect)


def _effect(*args: Any) -> Any:
    """The figures rows give; its engine is loaded only where a correction is looked at."""
    from dbt_project.steps.effect import indicator_figures

    return indicator_figures(*args)


def out() -> Console:
    """Where people read: standard output, as wide as the terminal."""
    from orchestration.cli.console import InertConsole

    return InertConsole(highlight=False, width=None if sys.stdout.isatty() else 120)


def say(text: str = "") -> None:
    """A plain line on standard output, never read as markup nor as orders to the terminal."""
    typer.echo(terminal_text(text))


def agreed(question: str) -> bool | None:
    """What the person at the terminal answers; ``None`` where there is nobody to ask."""
    return typer.confirm(question) if sys.stdin.isatty() else None


def main() -> None:
    """Entry point of the console script; known errors end in one plain sentence."""
    from sources.collecting import collect_rarely

    collect_rarely()
    import orchestration.cli.contracts
    import orchestration.cli.disclosing
    import orchestration.cli.doctoring
    import orchestration.cli.explaining
    import orchestration.cli.inspecting
    import orchestration.cli.leads
    import orchestration.cli.marking
    import orchestration.cli.paging
    import orchestration.cli.portal
    import orchestration.cli.pulling
    import orchestration.cli.receipts
    import orchestration.cli.releasing
    import orchestration.cli.reminding
    import orchestration.cli.restating
    import orchestration.cli.returns
    import orchestration.cli.revisions
    import orchestration.cli.rules
    import orchestration.cli.running
    import orchestration.cli.standards
    import orchestration.cli.surveys
    import orchestration.cli.watching  # noqa: F401

    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("DO_NOT_TRACK", "1")
    _write_down()
    try:
        app()
    except Exception as error:
        sentence = _sentence(error)
        if sentence is None or os.environ.get("IMPACT_TRACEBACK"):
            raise
        typer.echo(terminal_text(sentence), err=True)
        sys.exit(1 if type(error).__name__ in _DID_NOT_HAPPEN or _is_of_a_client(error) else 2)


def _write_down() -> None:
    from sources.logs import configure
    from sources.settings import Settings

    configure(Settings.from_env(os.environ))


def _sentence(error: Exception) -> str | None:
    """The plain sentence of an error people can cause; ``None`` for a defect of ours."""
    from sources.log.event import LogError
    from sources.storage import StorageAway

    name = type(error).__name__
    if name == "RunFailed":
        return f"The run stopped. What was published before still stands.\n{error}"
    if name == "Timeout" and type(error).__module__.startswith("filelock"):
        return "Another run is still writing. Wait for it to end and try again."
    if name in (
        "BackupProblem",
        "ConfigProblem",
        "ContractError",
        "MailProblem",
        "DraftError",
        "DeskError",
        "KeyProblem",
        "UsageProblem",
        "PublishedError",
        "ReleaseRefused",
        "ReplayFailed",
        "ScaffoldError",
        "SettingsProblem",
        "NotADemo",
        "PortalFailed",
        "SurveyProblem",
        "TargetProblem",
    ):
        return str(error)
    if isinstance(error, (LogError, StorageAway)):
        return str(error)
    if _is_of_a_client(error):
        return f"The storage could not be reached ({name})."
    if isinstance(error, FileNotFoundError) and error.filename:
        return f"There is no file {error.filename}."
    return None


def _is_of_a_client(error: Exception) -> bool:
    return type(error).__module__.partition(".")[0] in _CLIENTS
