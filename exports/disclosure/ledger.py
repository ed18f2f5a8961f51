"""Linear facts over cells, each checked against the truth before it counts, and the sums that must not come out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

#: A sum of cells: coefficient by cell.
Form = dict[str, Fraction]


@dataclass
class Ledger:
    """Everything released of some indicators, as one set of linear facts.

    Attributes:
        values: The true value of each cell.
        facts: Rows over them.
        targets: Sums that must not be recovered, by name.
        figures: How many released figures the facts come from.
        untrue: Figures that the true counts do not bear out: the reading of them is wrong, or they are.
        uncounted: Figures without a true count to check them against.
        release: Number of the release that facts are added for.
    """

    values: dict[str, int] = field(default_factory=dict)
    facts: list[dict[str, Any]] = field(default_factory=list)
    targets: dict[str, Form] = field(default_factory=dict)
    figures: int = 0
    untrue: list[str] = field(default_factory=list)
    uncounted: list[str] = field(default_factory=list)
    release: int = 0

    def fact(self, form: Form, low: Fraction | int | None, high: Fraction | int | None, about: str = "") -> None:
        """Add ``low <= form <= high``; a fact that is not true is no fact, and noted."""
        value = self.value(form)
        if (low is not None and value < low) or (high is not None and value > high):
            if about:
                self.untrue.append(about)
            return
        if form:
            self.facts.append({"coef": form, "lo": low, "hi": high, "release": self.release})

    def value(self, form: Form) -> Fraction:
        """The true value of a sum."""
        return sum((coef * self.values[cell] for cell, coef in form.items()), start=Fraction(0))

    def target(self, name: str, form: Form) -> None:
        """Name a sum that must not be recovered."""
        if form:
            self.targets.setdefault(name, form)

    def problem(self, name: str, before: int | None = None, only: Collection[str] | None = None) -> dict[str, Any]:
        """The facts and targets as :func:`exports.disclosure.audit.audit` takes them.

        Args:
            name: Its id.
            before: Only what releases before this number say.
            only: Only these targets.
        """
        return {
            "id": name,
            "cells": sorted(self.values),
            "facts": [fact for fact in self.facts if before is None or fact["release"] < before],
            "targets": [
                {"name": target, "coef": form}
                for target, form in sorted(self.targets.items())
                if only is None or target in only
            ],
            "ub": None,
        }


def added(form: Form, other: Form, times: Fraction | int = 1) -> Form:
    """``form + times * other``, without cells that cancel out."""
    total = dict(form)
    for cell, coef in other.items():
        total[cell] = total.get(cell, Fraction(0)) + times * coef
    return {cell: coef for cell, coef in total.items() if coef}
