"""Beneath the desk storage and log fail, delay and repeat; people try again, and it ends as if nothing had been."""

from __future__ import annotations

import os
import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest

from expectations.desk import Desk, DeskError
from sources.load import original_key
from sources.log.events import EventLog, LogError
from sources.log.state import fold
from sources.reader import InputFile
from sources.settings import Settings
from sources.storage import Store
from tests.reliability.faults import FaultyLog, faulty
from tests.unit.expectations.desk_fakes import Calls, contract, judge

PLACES = [{"partner": "sample_a", "program": "demo", "period": period} for period in ("2026-Q1", "2026-Q2", "2026-Q3")]
HISTORIES = int(os.environ.get("IMPACT_HISTORIES", "50"))
RETURNS, PATIENCE = 6, 60


def desk_over(tmp_path, name: str) -> Desk:
    settings = replace(Settings.at(tmp_path / name), landing="faulty://landing")
    desk = Desk(
        settings, {"demo": contract()}, lambda: datetime(2026, 11, 22, tzinfo=UTC), reader=Calls().reader, judge=judge
    )
    desk.log = FaultyLog(settings.log_url, lambda: datetime(2026, 11, 22, tzinfo=UTC))
    return desk


def insist(act, seen: Counter):
    """What a person does: read the sentence, try again. Anything but a sentence is a defect."""
    for _ in range(PATIENCE):
        try:
            return act()
        except (DeskError, LogError) as error:
            sentence = str(error)
            assert sentence[0].isupper(), sentence
            assert "Traceback" not in sentence
            seen[type(error).__name__] += 1
    pytest.fail("it never worked")


def test_histories_over_a_failing_layer_end_like_undisturbed_ones(tmp_path, record_property):
    met, told_no = Counter(), Counter()
    for seed in range(HISTORIES):
        dice = random.Random(seed)
        wanted = [(dice.choice(PLACES), f"e{step},{dice.randint(1, 9)}".encode()) for step in range(RETURNS)]
        with faulty(seed, 0.12) as faults:
            desk = desk_over(tmp_path, f"h{seed}")
            ids = []
            for place, data in wanted:
                files = [InputFile("r.csv", data)]
                submit = partial(desk.submit, files, **place, who="ana", reason="new")
                outcome = insist(submit, told_no)
                ids.append(outcome.submission_id)
            insist(desk.finish_pending, told_no)
            met.update(faults.seen)
            faults.share = 0.0
            _as_undisturbed(desk.settings, wanted, ids)
    assert {"fail put", "repeat put", "fail write", "repeat write", "fail get"} <= set(met), met
    assert told_no["DeskError"]
    record_property("figures", f"{HISTORIES} histories over {sum(met.values())} injected faults: nothing lost or twice")


def _as_undisturbed(settings: Settings, wanted, ids) -> None:
    log = EventLog(settings.log_url)
    log.verify()
    state, landing = fold(log.events()), Store(settings.landing)
    for (place, data), submission_id in zip(wanted, ids, strict=True):
        submission = state.submissions[submission_id]
        assert submission.place == (place["partner"], place["program"], place["period"])
        assert submission.verdict is not None
        assert submission.verdict.state == "accepted"
        (file,) = submission.files
        assert landing.read_original(original_key(file.sha256)) == data
    assert len(set(ids)) == len(ids), "every return differs, so none may be taken for another"
    assert set(ids) == set(state.submissions), "and none was taken in twice"
    for place in PLACES:
        last = [number for (at, _), number in zip(wanted, ids, strict=True) if at == place][-1:]
        counting = [item.id for item in state.current(place["partner"], "demo", place["period"])]
        assert counting == last
