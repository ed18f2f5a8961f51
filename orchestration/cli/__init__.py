"""The command line `impact`: one console script, thin over the rooms. Heavy imports happen inside commands."""

from orchestration.cli.app import main

__all__ = ["main"]
