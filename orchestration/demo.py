"""The demo: synthetic sample returns handed in as partners would, then confirmed and approved as leads would."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sources.reader import InputFile

if TYPE_CHECKING:
    from orchestration.progress import Progress
    from orchestration.resources import House

#: Quarters up to this one are signed off by the lead in the demo; later ones stay provisional.
APPROVED_UP_TO = "2026-Q1"
#: A quarter that nothing was handed in for, which the lead excuses.
WAIVED = {"partner": "sample_dialogues_br", "program": "dialogue_events", "period": "2024-Q4"}
WAIVED_WHY = "The partner was still being set up."
#: What the portal's demo takes back, so that a person can hand it in.
TAKEN_BACK = {"partner": "sample_heal", "program": "heal", "period": "2026-Q3"}
TAKEN_BACK_WHY = "Taken back in the demo, so that you can hand it in."
UPLOADER, LEAD = "demo.partner", "demo.lead"


class NotADemo(RuntimeError):
    """The data folder holds returns that are no samples; the demo won't mix with them."""


def hand_in_samples(house: House, progress: Progress) -> Counter[str]:
    """Generate the sample returns and hand them in; returns how many got which verdict.

    A second run finds them handed in and leaves them alone.

    Raises:
        NotADemo: the log holds events of others than the demo's people.
    """
    from expectations.desk import Desk
    from sources.samples.generate import generate

    events = house.log.events()
    if any(event.who not in (UPLOADER, LEAD) for event in events):
        raise NotADemo("This data folder holds real returns. Set IMPACT_DATA to an empty folder for the demo.")
    desk = Desk(house.settings, house.contracts)
    if not events:
        samples = generate(house.settings.data / "samples")
        progress.expect(len(samples))
        for sample in samples:
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
        desk.waive(**WAIVED, who=LEAD, why=WAIVED_WHY)
    states = Counter(item.state for item in desk.state().submissions.values())
    if desk.state().nil:
        states["nothing_to_report"] = len(desk.state().nil)
    return states


def _sign_off(desk, submission_id: str, state: str, period: str) -> None:  # type: ignore[no-untyped-def]
    if period > APPROVED_UP_TO or not state.startswith(("accepted", "partially")):
        return
    if state != "accepted":
        desk.confirm(submission_id, UPLOADER, "Seen, and right as reported.")
    desk.approve(submission_id, LEAD, "")


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
