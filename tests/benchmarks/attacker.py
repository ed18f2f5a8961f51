"""The integer attacker on one large linked publication, beside its linear relaxation alone."""

from __future__ import annotations

import random
import time
from typing import Any

#: Countries, waves and groups of the publication.
SHAPE = (13, 4, 37)
TARGETS = 1_000


def publication(seed: int = 5) -> dict[str, Any]:
    """About 2,400 figures over 1,924 cells: exact, rounded and hidden ones, with margins, and what must not come out."""
    rng = random.Random(seed)
    countries, waves, groups = (range(size) for size in SHAPE)
    values = (0, 1, 2, 3, 5, 8, 12, 20, 35, 60, 110, 200, 431)
    truth = {(c, w, g): rng.choice(values) for c in countries for w in waves for g in groups}
    names = {place: ".".join(map(str, place)) for place in truth}
    sums = [[place] for place in truth]
    sums += [[(c, w, g) for g in groups] for c in countries for w in waves]
    sums += [[(c, w, g) for c in countries] for w in waves for g in groups]
    sums += [[(c, w, g) for w in waves] for c in countries for g in groups]
    facts: list[dict[str, Any]] = []
    targets: list[dict[str, Any]] = []
    for places in sums:
        coef, total = {names[place]: 1 for place in places}, sum(truth[place] for place in places)
        if 1 <= total <= 10 or rng.random() < 0.08:
            targets.append({"name": "+".join(coef), "coef": coef})
            if 1 <= total <= 10:
                facts.append({"coef": coef, "lo": 1, "hi": 10})
        elif rng.random() < 0.25:
            facts.append({"coef": coef, "lo": 5 * round(total / 5) - 2, "hi": 5 * round(total / 5) + 2})
        else:
            facts.append({"coef": coef, "lo": total, "hi": total})
    return {"id": "large", "cells": list(names.values()), "facts": facts, "targets": targets[:TARGETS], "ub": None}


def attack() -> str:
    """One paragraph for the page of benchmarks: size, seconds of the processor, and what came out."""
    from exports.disclosure.audit import audit

    problem = publication()
    started = time.process_time()
    answer = audit([problem])[0]
    seconds = time.process_time() - started
    exact = sum(target["exact"] for target in answer["targets"])
    return (
        f"{len(problem['facts']):,} figures over {len(problem['cells']):,} cells, {len(problem['targets']):,} targets, "
        f"integer bounds proven: {seconds:.1f} s of one processor; {exact:,} targets come out exactly."
    )
