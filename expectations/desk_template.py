"""The template made for one partner and quarter, with what the partner reported before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expectations.turns import TURNS
from sources.contract.prefill import about_people, given_back, last_returns
from sources.contract.template import template_bytes
from sources.history import PartnerHistory

if TYPE_CHECKING:
    from expectations.desk import Desk

__all__ = ["template_for"]


@TURNS
def template_for(desk: Desk, program: str, partner: str, period: str) -> bytes:
    """The template as xlsx bytes; without anything reported before, the one everybody gets.

    Rows that recur are filled in without their figures, and the last return that counts stands on a sheet
    of its own.
    """
    contract = desk.contracts[program]
    history = PartnerHistory(desk.settings, desk.state(), contract, partner, period)
    frames = {}
    for table in contract.tables:
        if not about_people(table) and given_back(history.latest(table.name, 1)):
            frames[table.name] = history.latest(table.name)
    return template_bytes(contract, partner=partner, period=period, last=last_returns(contract, frames))
