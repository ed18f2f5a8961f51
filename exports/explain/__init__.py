"""Why a figure is what it is: down to file, sheet, cell and raw text, with the arithmetic in between.

Belongs here: telling. What is counted is decided in ``dbt_project``; which rows a figure rests on in
:mod:`exports.origins`. Explanations are for program leads: nothing of them is ever released.
"""

from __future__ import annotations

from exports.explain.figure import explain
from exports.explain.model import Explanation, Place, Section, UnknownSubject

__all__ = ["Explanation", "Place", "Section", "UnknownSubject", "explain"]
