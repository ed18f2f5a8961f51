"""What a run leaves as it was: the published bytes are those of a warehouse made from nothing, whatever changed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from expectations.desk import Desk
from orchestration import building
from orchestration.disclosing import decide_disclosure
from orchestration.resources import House
from orchestration.warehouse_assets import STEPS, expect_steps, publish, published_models, write_quantiles
from sources.contract.load import load_all
from sources.load import load_counting, write_empty
from sources.log.ledger import write_ledger
from sources.reader import InputFile
from sources.samples.generate import generate
from sources.settings import Settings

AS_OF = date(2026, 11, 15)
QUARTERS = ("2026-Q2", "2026-Q3")
PROGRAMS = ("heal", "finance")
#: Models and tests only say so where nothing they rest on is new.
UNTOUCHED = {"fct_investment_entries", "int_finance__indicators", "partners"}


class Installation:
    """A data folder and the job on it, without Dagster and exports."""

    def __init__(self, data: Path, as_of: date = AS_OF) -> None:
        self.house = House(Settings.at(data), as_of)

    def built(self) -> tuple[dict[str, str], set[str]]:
        """Hash of every published table, and the nodes that were built or tested anew."""
        house, anew = self.house, set()
        house = self.house = House(house.settings, house.as_of)
        for contract in house.contracts.values():
            write_empty(house.settings, contract)
        load_counting(house.settings, house.contracts, house.snapshot)
        write_ledger(house.settings, house.snapshot, house.contracts, house.rates, definitions=house.definitions)
        manifest = building.parse(house)
        expect_steps(house)
        anew |= _anew(building.build(house, manifest, ["--exclude", STEPS]))
        write_quantiles(house)
        decide_disclosure(house)
        anew |= _anew(building.build(house, manifest, ["--select", STEPS]))
        build = publish(house, published_models(building.manifest_path(house)))
        listed = json.loads((Path(house.settings.published) / build / "manifest.json").read_text("utf-8"))
        return {name: entry["sha256"] for name, entry in listed["tables"].items()}, anew

    def from_nothing(self, folder: Path) -> dict[str, str]:
        """The same from originals and log alone."""
        data = self.house.settings.data
        shutil.copytree(data / "landing", folder / "landing")
        for path in data.glob("log.db*"):
            shutil.copy2(path, folder)
        return Installation(folder, self.house.as_of).built()[0]


def _anew(events: Iterable[dict[str, Any]]) -> set[str]:
    return {
        event["data"]["node_info"]["node_name"]
        for event in events
        if event["info"]["name"] in ("LogModelResult", "LogSeedResult")
        and "KEPT" not in event["data"].get("result_message", event["data"].get("status", ""))
    }


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Two quarters of two programs, built once."""
    data = tmp_path_factory.mktemp("kept")
    desk = desk_of(data)
    for sample in generate(tmp_path_factory.mktemp("samples")):
        wanted = sample.program in PROGRAMS and sample.period in QUARTERS and sample.expect == "accepted"
        if wanted and sample.withdrawn_on is None:
            files = [InputFile(path.name, path.read_bytes()) for path in sample.files]
            place = {"partner": sample.partner, "program": sample.program, "period": sample.period}
            desk.submit(files, **place, who="ana", reason=sample.reason, reason_code=sample.reason_code)
    made = Installation(data)
    made.built()
    return made


def desk_of(data: Path) -> Desk:
    return Desk(Settings.at(data), load_all(), lambda: datetime(2026, 11, 10, 9, tzinfo=UTC))


def hand_in(desk: Desk, period: str, number: int) -> None:
    from tests.benchmarks.files import heal_csv

    files = [InputFile(name, data) for name, data in heal_csv(6, seed=number).items()]
    outcome = desk.submit(
        files, partner="sample_heal", program="heal", period=period, who="ana", reason="Counted again"
    )
    assert outcome.verdict.loads, outcome.verdict


def test_with_nothing_new_nothing_is_built(installation: Installation) -> None:
    before, _ = installation.built()
    after, anew = installation.built()
    assert after == before
    assert anew == set()


def a_correction_of_an_old_quarter(installation: Installation) -> None:
    hand_in(desk_of(installation.house.settings.data), QUARTERS[0], 1)


def a_new_return_and_a_quarter_with_nothing_to_report(installation: Installation) -> None:
    desk = desk_of(installation.house.settings.data)
    hand_in(desk, "2025-Q3", 2)
    desk.nil(partner=load_all()["cheer"].partners[0].code, program="cheer", period="2026-Q1", who="ana")


def a_withdrawal_and_an_approval(installation: Installation) -> None:
    desk = desk_of(installation.house.settings.data)
    last = sorted(desk.state().versions_of("heal", period=QUARTERS[0]).items())[-1][1]
    desk.withdraw(last.submission.id, "ana", "Wrong file")
    first = next(iter(desk.state().versions_of("heal", period=QUARTERS[1]).values())).submission
    if first.state != "accepted":
        desk.confirm(first.id, "ana", "Seen")
    desk.approve(first.id, "lead")


@pytest.mark.parametrize(
    "change",
    [
        a_correction_of_an_old_quarter,
        a_new_return_and_a_quarter_with_nothing_to_report,
        a_withdrawal_and_an_approval,
    ],
)
def test_a_change_of_returns_gives_what_making_all_anew_gives(
    change: Callable[[Installation], None], installation: Installation, tmp_path: Path
) -> None:
    before, _ = installation.built()
    change(installation)
    after, anew = installation.built()
    assert after != before
    assert {"stg_heal__interventions", "fct_kpi"} <= anew
    assert not UNTOUCHED & anew
    assert after == installation.from_nothing(tmp_path)
