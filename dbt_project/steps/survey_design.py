"""How a survey file was sampled, read from JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

LONELY = ("fail", "adjust", "average", "certainty")


class SurveyProblem(ValueError):
    """A survey file that cannot be estimated as it stands; the message says what to change."""


@dataclass(frozen=True)
class Replicates:
    """Replicate weights: variance is ``factor`` times the sum of squared deviations of the replicate estimates.

    Attributes:
        columns: The weight columns, one per replicate.
        factor: One number for all replicates (jackknife of n units: (n − 1)/n), or one per replicate.
        centre: Deviations from the full ``estimate``, or from the replicates' ``mean``.
    """

    columns: tuple[str, ...]
    factor: tuple[float, ...]
    centre: str = "estimate"


@dataclass(frozen=True)
class Design:
    """How a survey was sampled: column names, or ``None`` where there is none.

    Attributes:
        fpc: Sampling units there are in the stratum, or the fraction sampled where at most 1.
        nest: Unit numbers start anew in each stratum. Otherwise one number is one unit.
        lonely_psu: What a stratum with a single sampling unit does: stop (``fail``), its squared score counts
            (``adjust``), the average of the other strata (``average``), nothing (``certainty``).
    """

    weight: str | None = None
    strata: str | None = None
    psu: str | None = None
    fpc: str | None = None
    nest: bool | None = None
    outcome: str | None = None
    lonely_psu: str = "fail"
    replicates: Replicates | None = None


def read_design(path: Path) -> Design:
    """The design in a JSON file. Raises :class:`SurveyProblem` for unknown keys and values."""
    try:
        value = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise SurveyProblem(f"There is no file {path}.") from None
    except (OSError, ValueError, RecursionError) as error:
        raise SurveyProblem(f"{path.name} cannot be read as JSON: {error}") from error
    known = {field.name for field in fields(Design)}
    if not isinstance(value, dict):
        raise SurveyProblem(f'{path.name} is no design: {{"weight": …, "outcome": …}}.')
    if odd := sorted(value.keys() - known):
        raise SurveyProblem(f"{path.name}: not understood: {', '.join(odd)}. A design has {', '.join(sorted(known))}.")
    given = {key: item for key, item in value.items() if item is not None}
    for key in ("weight", "strata", "psu", "fpc", "outcome"):
        if not isinstance(given.get(key, ""), str):
            raise SurveyProblem(f"{path.name}: “{key}” must be the name of a column, or null.")
    if given.get("lonely_psu", "fail") not in LONELY:
        raise SurveyProblem(f"{path.name}: “lonely_psu” is one of {', '.join(LONELY)}.")
    if not isinstance(given.get("nest", False), bool):
        raise SurveyProblem(f"{path.name}: “nest” is true or false.")
    if "replicates" in given:
        given["replicates"] = _replicates(given["replicates"], path.name)
    return Design(**given)


def _replicates(value: Any, name: str) -> Replicates:
    known = {field.name for field in fields(Replicates)}
    if not isinstance(value, dict) or value.keys() - known or not isinstance(value.get("columns"), list):
        raise SurveyProblem(f"{name}: “replicates” has “columns” (a list), “factor” and “centre”, and nothing else.")
    columns, factor = value["columns"], value.get("factor")
    centre = value.get("centre", "estimate")
    if centre not in ("estimate", "mean") or len(columns) < 2 or len(set(map(str, columns))) < len(columns):
        raise SurveyProblem(f"{name}: “replicates” needs two columns or more, each once; “centre” is estimate or mean.")
    factors = factor if isinstance(factor, list) else [factor] * len(columns)
    # A jackknife's factor is below 1, a bootstrap's 1 / (replicates - 1), a Fay factor's at most a few.
    if len(factors) != len(columns) or not all(type(item) in (int, float) and 0 <= item < 1e6 for item in factors):
        raise SurveyProblem(f"{name}: “factor” is one number of zero or more, or a list of as many as columns.")
    return Replicates(tuple(map(str, columns)), tuple(map(float, factors)), centre)
