"""The demo: synthetic sample returns handed in as partners would, then confirmed and approved as leads would.

Two quarters are released on the way: what comes in after the first release restates it in the second.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from sources.reader import InputFile

if TYPE_CHECKING:
    from expectations.desk import Desk
    from exports.releases import Release
    from orchestration.job import RunSummary
    from orchestration.progress import Progress
    from orchestration.resources import House
    from sources.samples.model import SampleReturn


class Chapter(NamedTuple):
    """A part of the demo: what came in up to a day, the build that speaks for it, and the quarter then released."""

    as_of: date
    quarter: str


CHAPTERS = (Chapter(date(2026, 8, 15), "2026-Q2"), Chapter(date(2026, 11, 15), "2026-Q3"))
#: Quarters up to this one are signed off by the lead in the demo; later ones stay provisional.
APPROVED_UP_TO = "2026-Q2"
#: A quarter that nothing was handed in for, which the lead excuses.
WAIVED = {"partner": "sample_dialogues_br", "program": "dialogue_events", "period": "2024-Q4"}
WAIVED_WHY = "The partner was still being set up."
#: What the portal's demo takes back, so that a person can hand it in.
TAKEN_BACK = {"partner": "sample_heal", "program": "heal", "period": "2026-Q3"}
TAKEN_BACK_WHY = "Taken back in the demo, so that you can hand it in."
UPLOADER, LEAD, LEADERSHIP = "demo.partner", "demo.lead", "demo.leadership"
RELEASED_WHY = "The demo's release; synthetic sample."


class NotADemo(RuntimeError):
    """The data folder holds returns that are no samples; the demo won't mix with them."""


def hand_in_samples(house: House, progress: Progress, until: date | None = None) -> Counter[str]:
    """Generate the sample returns and hand in what is not yet there; returns how many stand with which verdict.

    Args:
        until: Only what comes in up to this day; default everything.

    Raises:
        NotADemo: the log holds events of others than the demo's people.
    """
    from expectations.desk import Desk
    from sources.samples.generate import generate

    events = house.log.events()
    if any(event.who not in (UPLOADER, LEAD, LEADERSHIP) for event in events):
        raise NotADemo("This data folder holds real returns. Set IMPACT_DATA to an empty folder for the demo.")
    desk = Desk(house.settings, house.contracts)
    samples = generate(house.settings.data / "samples")
    there = len(desk.state().submissions) + len(desk.state().nils)
    coming = [sample for sample in samples if until is None or sample.received_on <= until]
    progress.expect(len(coming) - there)
    for sample in coming[there:]:
        progress.step(f"{sample.partner} {sample.period}")
        place = {"partner": sample.partner, "program": sample.program, "period": sample.period}
        if not sample.files:
            desk.nil(**place, who=UPLOADER, why=sample.note, declared_on=sample.received_on)
            continue
        outcome = desk.submit(
            [InputFile(path.name, path.read_bytes()) for path in sample.files],
            **place,
            who=UPLOADER,
            received_on=sample.received_on,
            reason=sample.reason,
            reason_code=sample.reason_code,
        )
        _sign_off(desk, outcome.submission_id, outcome.verdict.state, sample.period)
    for sample in samples:
        if sample.withdrawn_on is not None and (until is None or sample.withdrawn_on <= until):
            _withdraw(desk, sample)
    if not desk.state().waivers:
        desk.waive(**WAIVED, who=LEAD, why=WAIVED_WHY)
    states = Counter(item.state for item in desk.state().submissions.values())
    if desk.state().nil:
        states["nothing_to_report"] = len(desk.state().nil)
    return states


def _sign_off(desk: Desk, submission_id: str, state: str, period: str) -> None:
    if period > APPROVED_UP_TO or not state.startswith(("accepted", "partially")):
        return
    if state != "accepted":
        desk.confirm(submission_id, UPLOADER, "Seen, and right as reported.")
    desk.approve(submission_id, LEAD, "")


def _withdraw(desk: Desk, sample: SampleReturn) -> None:
    """Take a return back, once; the lead's approval of it falls first."""
    for submission in desk.state().current(sample.partner, sample.program, sample.period):
        if submission.approved:
            desk.reopen(submission.id, LEAD, sample.withdrawn_why, reason_code=sample.withdrawn_code)
        desk.withdraw(submission.id, UPLOADER, sample.withdrawn_why, reason_code=sample.withdrawn_code)


class Told(NamedTuple):
    """What telling the demo gave: returns by verdict, and the last run; ``None`` where nothing had to be run."""

    tally: Counter[str]
    summary: RunSummary | None


def tell(house: House) -> Told:
    """Tell the demo from where it stands: hand in, run and release, chapter by chapter.

    What is there already is left alone. Where the house speaks for another day than the last chapter, its build is made
    for that day and not released.

    Raises:
        NotADemo: the log holds events of others than the demo's people.
    """
    from exports.releases import all_releases
    from orchestration.job import run_in_process
    from orchestration.progress import watched

    def run(as_of: date) -> RunSummary:
        with watched(f"Job as of {as_of}   ") as progress:
            return run_in_process(house.settings, as_of, progress)

    there = {release.period for release in all_releases(house.settings)}
    summary, tally = None, Counter[str]()
    for chapter in CHAPTERS:
        last = chapter is CHAPTERS[-1]
        until = None if last else chapter.as_of
        with watched(f"Returns to {chapter.as_of}") as progress:
            tally = hand_in_samples(house, progress, until)
        if chapter.quarter in there:
            continue
        summary = run(house.as_of if last else chapter.as_of)
        if not last or house.as_of == chapter.as_of:
            release(house, chapter.quarter)
    if summary is None and not _is_current(house):
        summary = run(house.as_of)
    return Told(tally, summary)


def _is_current(house: House) -> bool:
    """Whether nothing came after the last release, and the code is the one that made it."""
    from exports.releases import all_releases
    from exports.releases.code import code_hash

    newest = all_releases(house.settings)[-1]
    same = newest.code_hash == code_hash() and newest.as_of == house.as_of.isoformat()
    return same and house.log.head().hash == newest.seal


def release(house: House, quarter: str) -> Release:
    """Release the build just made as a quarter."""
    from datetime import UTC, datetime

    from exports.releases.making import make_release

    return make_release(house.settings, quarter, LEADERSHIP, RELEASED_WHY, today=datetime.now(UTC).date())


def take_back(house: House) -> list[str]:
    """Withdraw one sample return, for somebody to hand in again; returns where its file lies."""
    from expectations.desk import Desk

    desk = Desk(house.settings, house.contracts)
    taken = desk.state().current(**TAKEN_BACK)
    for submission in taken:
        desk.withdraw(submission.id, UPLOADER, TAKEN_BACK_WHY, reason_code="wrong_file")
    folder = house.settings.data / "samples" / TAKEN_BACK["partner"] / TAKEN_BACK["period"]
    names = [file.name for submission in taken for file in submission.files]
    return [str(folder / name) for name in names]
