"""What stands in a return is printed as text: no orders to the terminal."""

from __future__ import annotations

import io

import pytest
from rich.table import Table
from rich.text import Text

from orchestration.cli.app import say
from orchestration.cli.console import InertConsole

EVIL = "a\x1b[2J\x1b]8;;http://evil.example\x07b\x9b31m\rc\u202ed"


def test_orders_to_the_terminal_are_left_out_of_tables_and_styles_stay() -> None:
    sink = io.StringIO()
    table = Table()
    table.add_column(Text(EVIL))
    table.add_row(Text(f"{EVIL}\nnext", style="bold red"))
    InertConsole(file=sink, force_terminal=True, width=80, color_system="standard").print(table)
    shown = sink.getvalue()
    assert "[2J" in shown, "shown as letters"
    for order in ("\x1b[2J", "\x1b]8", "\x07", "\x9b", "\r", "\u202e"):
        assert order not in shown
    assert "\x1b[1;31m" in shown
    assert "next" in shown


def test_orders_to_the_terminal_are_left_out_of_lines(capsys: pytest.CaptureFixture[str]) -> None:
    say(f"{EVIL}\n\tnext – “ö”")
    assert capsys.readouterr().out == "a[2J]8;;http://evil.exampleb31mcd\n\tnext – “ö”\n"
