"""Many returns of a quarter come to lie in one file, and nothing is ever lost, doubled or wrong by it."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from expectations import asset_checks
from expectations.desk import Desk
from orchestration import raw_checks
from orchestration.raw_checks import Checked, Quarter, checked
from sources.currency import Rates
from sources.history import PartnerHistory
from sources.load import MANY, load_counting, load_quarters, seal_of
from sources.log.ledger import write_ledger
from sources.merged import MERGED, RawQuarter
from sources.reader import InputFile
from sources.settings import Settings
from sources.storage import Store
from tests.loading import files_that_count
from tests.unit.expectations.desk_fakes import Calls, contract

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
OLD, NEW = "2026-Q2", "2026-Q3"


class House:
    """A desk, and a quarter with as many versions of a return as are merged."""

    def __init__(self, path: Path) -> None:
        self.settings, self.contract, self.calls = Settings.at(path), contract(quarantine=False), Calls()
        self.desk = Desk(
            self.settings, {"demo": self.contract}, lambda: NOW, reader=self.calls.reader, judge=self.calls.judge
        )
        self.folder = path / "raw/demo/events" / f"period={OLD}"
        self.ids = [self.submit(f"e{number},{number}\ne9,{number}") for number in range(MANY)]
        self.submit("n1,1", NEW)

    def submit(self, text: str, period: str = OLD) -> str:
        files = [InputFile("r.csv", text.encode())]
        return self.desk.submit(files, partner="sample_a", program="demo", period=period, who="ana").submission_id

    def load(self, *, merge: bool = True) -> list[Path]:
        loaded = load_quarters(
            self.settings, self.contract, "events", [OLD, NEW], self.desk.state(), reader=self.calls.reader, merge=merge
        )
        return files_that_count(self.settings, loaded)

    @property
    def quarter(self) -> RawQuarter:
        return RawQuarter(Store(self.settings.raw), "demo", "events", OLD)

    def rows(self) -> list[tuple[str, str]]:
        """Submission and event of every row a scan over the folder sees."""
        tables = [pq.ParquetFile(path).read().replace_schema_metadata(None) for path in self.folder.glob("*.parquet")]
        rows = pa.concat_tables(tables).to_pylist()
        return sorted((row["_submission_id"], row["event_id"]) for row in rows)

    def names(self) -> set[str]:
        return {path.name for path in self.folder.iterdir()}


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_a_quarter_of_many_returns_becomes_one_file_with_the_same_rows(house: House) -> None:
    single = house.load(merge=False)
    before, kept = house.rows(), {name: (house.folder / f"{name}.parquet").read_bytes() for name in house.ids}
    assert MERGED not in house.names()
    paths = house.load()
    assert house.names() == {MERGED}
    assert house.rows() == before
    assert [path.name for path in paths] == [MERGED, single[-1].name]  # the newest quarter still grows
    reads = house.calls.read
    assert house.load() == paths
    assert house.calls.read == reads, "nothing is read anew"
    for name, content in kept.items():
        alone = pq.read_table(pa.BufferReader(content))
        verdict = house.desk.state().submissions[name].verdict
        assert verdict is not None
        assert house.quarter.rows(name, seal_of(house.contract, "sample_a", verdict)).equals(alone)


def test_a_correction_waits_beside_the_merged_file_and_a_withdrawal_leaves_it(house: House) -> None:
    house.load()
    merged = (house.folder / MERGED).read_bytes()
    correction = house.submit("e5,5")
    assert {path.stem for path in house.load()} >= {correction}
    assert (house.folder / MERGED).read_bytes() == merged
    assert house.names() == {MERGED, f"{correction}.parquet"}
    house.desk.withdraw(house.ids[0], "ana")
    reads = house.calls.read
    house.load()
    assert house.calls.read == reads
    assert {name for name, _ in house.rows()} == {*house.ids[1:], correction}


def _turned_over(content: bytes) -> bytes:
    """A file with one bit of its rows turned over, and its footer whole."""
    at = len(content) // 4
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


@pytest.mark.parametrize("damage", ["cut", "empty", "other", "gone", "nonsense", "inside"])
def test_a_damaged_merged_file_is_made_from_the_originals_again(house: House, damage: str) -> None:
    house.load()
    before, path = house.rows(), house.folder / MERGED
    content = path.read_bytes()
    if damage == "gone":
        path.unlink()
    elif damage == "nonsense":
        pq.write_table(pq.read_table(path).replace_schema_metadata({b"returns": b"[1"}), path)
    else:
        others = {"cut": content[:-40], "empty": b"", "other": b"PAR1 no PAR1", "inside": _turned_over(content)}
        path.write_bytes(others[damage])
    load_counting(house.settings, {"demo": house.contract}, house.desk.state(), reader=house.calls.reader)
    assert house.rows() == before
    house.load()
    assert house.rows() == before


@pytest.mark.parametrize("merged", [True, False])
def test_rows_damaged_inside_are_never_used_and_it_is_said(
    house: House, caplog: pytest.LogCaptureFixture, merged: bool
) -> None:
    house.load(merge=merged)
    before, reads = house.rows(), house.calls.read
    for path in house.folder.iterdir():
        path.write_bytes(_turned_over(path.read_bytes()))
    name = house.ids[-1]
    verdict = house.desk.state().submissions[name].verdict
    assert verdict is not None
    seal = seal_of(house.contract, "sample_a", verdict)
    with pytest.raises(FileNotFoundError):
        house.quarter.rows(name, seal)
    assert house.quarter.key_of(name, seal) is None
    house.load(merge=merged)
    assert house.rows() == before
    assert house.calls.read == reads + MANY
    said = [record.getMessage() for record in caplog.records if record.name == "sources.load"]
    assert said == ["Accepted rows on disk were damaged; they are written again from the originals."]
    house.load(merge=merged)
    assert house.calls.read == reads + MANY, "once"


def test_what_was_written_before_files_had_a_checksum_is_no_damage(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.load()
    before, path = house.rows(), house.folder / MERGED
    pq.write_table(
        pq.read_table(path).replace_schema_metadata({b"returns": pq.read_schema(path).metadata[b"returns"]}), path
    )
    house.load()
    assert house.rows() == before
    assert not [record for record in caplog.records if record.name == "sources.load"]


def test_a_stop_between_merging_and_removing_doubles_nothing(house: House) -> None:
    house.load(merge=False)
    before = house.rows()
    singles = {path: path.read_bytes() for path in house.folder.iterdir()}
    house.load()
    for path, content in singles.items():  # as if the process had been killed before it removed them
        path.write_bytes(content)
    load_counting(house.settings, {"demo": house.contract}, house.desk.state(), reader=house.calls.reader)
    assert house.rows() == before
    assert house.names() == {MERGED}


def test_a_stale_part_is_replaced(house: House) -> None:
    house.load()
    house.desk.revalidate(who="lead")  # new verdicts, new seals
    reads = house.calls.read
    house.load()
    assert house.calls.read > reads
    assert len(house.rows()) == 2 * MANY
    assert set(house.quarter.parts) == set(house.ids)


def test_an_erased_return_leaves_the_merged_file(house: House) -> None:
    house.load()
    house.quarter.drop(house.ids[1])
    assert {name for name, _ in house.rows()} == {*house.ids} - {house.ids[1]}
    for name in house.ids:
        house.quarter.drop(name)
    assert house.names() == set()


@pytest.mark.parametrize("damage", ["cut", "nonsense"])
def test_an_erasure_removes_a_merged_file_that_cannot_be_read(house: House, damage: str) -> None:
    house.load()
    path = house.folder / MERGED
    if damage == "nonsense":
        pq.write_table(pq.read_table(path).replace_schema_metadata({b"returns": b"[1"}), path)
    else:
        path.write_bytes(path.read_bytes()[:-40])
    house.quarter.drop(house.ids[1])
    assert house.names() == set()


def test_a_merged_file_written_by_another_since_it_was_looked_up_keeps_its_rows_apart(house: House) -> None:
    house.load()
    stale = house.quarter
    assert set(stale.parts) == set(house.ids)
    house.quarter.drop(house.ids[0])  # another process: every return's rows now begin earlier
    stale.drop(house.ids[1])
    expected = [(name, event) for number, name in enumerate(house.ids) for event in (f"e{number}", "e9")][4:]
    assert house.rows() == sorted(expected)
    for name in house.ids[2:]:
        verdict = house.desk.state().submissions[name].verdict
        assert verdict is not None
        rows = house.quarter.rows(name, seal_of(house.contract, "sample_a", verdict))
        assert set(rows["_submission_id"].to_pylist()) == {name}


def test_history_reads_merged_rows_and_never_those_of_another_verdict(house: House) -> None:
    def frame() -> list[str]:
        history = PartnerHistory(
            house.settings, house.desk.state(), house.contract, "sample_a", NEW, reader=house.calls.reader
        )
        found = history.previous("events")
        assert found is not None
        return [str(value) for value in found["event_id"]]

    house.load(merge=False)
    single = frame()
    house.load()
    reads = house.calls.read
    assert frame() == single
    assert house.calls.read == reads
    with pytest.raises(FileNotFoundError):
        house.quarter.rows(house.ids[0], b"another verdict")


def check(house: House, memory: Path, mark: str, counting: set[str]) -> Checked:
    """The outcome of the merged file of a quarter."""
    quarter = Quarter(mark, [house.folder / MERGED])
    return checked(house.contract, "events", {NEW: quarter}, lambda _: counting, memory)


def test_checks_of_a_quarter_are_remembered_until_it_changes(house: House, tmp_path: Path) -> None:
    memory, one = tmp_path / "checks.json", {house.ids[-1]}
    house.load()
    found = check(house, memory, "a", one)
    assert (found.rows, found.returns) == (2, 1)
    remembered = memory.read_text("utf-8")
    assert check(house, memory, "a", one) == found
    memory.write_text(remembered.replace('"rows": 2', '"rows": 7'), "utf-8")
    assert check(house, memory, "a", one).rows == 7, "judged anew"
    assert check(house, memory, "b", one).rows == 7, "the merged file is judged anew though it holds the same"
    assert check(house, memory, "b", {*house.ids}).rows == 7, "the mark stands for what counts"
    assert check(house, memory, "c", {*house.ids}).rows == 2 * MANY
    others = checked(house.contract, "events", {}, lambda _: one, memory)
    assert others.rows == 2 * MANY, "other quarters are forgotten"
    for damage in ("{", "[]", "null", f'{{"{NEW}": {{"rows": 2}}}}', f'{{"{NEW}": []}}', f'{{"{NEW}": null}}'):
        memory.write_text(damage, "utf-8")
        assert check(house, memory, "a", one) == found
        assert memory.read_text("utf-8") == remembered
    memory.write_text(remembered.replace('"rows": 2', '"rows": "2"'), "utf-8")
    assert check(house, memory, "a", one) == found


@pytest.mark.parametrize("package", ["great-expectations", "pandas", None])
def test_checks_are_remembered_only_while_what_judges_is_the_same(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str | None
) -> None:
    memory, counting = tmp_path / "checks.json", {house.ids[-1]}
    house.load()
    check(house, memory, "a", counting)
    memory.write_text(memory.read_text("utf-8").replace('"rows": 2', '"rows": 7'), "utf-8")
    raw_checks._judges.cache_clear()
    if package is not None:
        monkeypatch.setattr(raw_checks, "version", lambda name: "next" if name == package else version(name))
    else:
        edited = tmp_path / "asset_checks.py"
        edited.write_bytes(Path(asset_checks.__file__).read_bytes() + b"# edited\n")
        monkeypatch.setattr(asset_checks, "__file__", str(edited))
    assert check(house, memory, "a", counting).rows == 2
    raw_checks._judges.cache_clear()


def test_damage_that_changed_no_date_is_found_where_something_is_new(house: House) -> None:
    house.load()
    path, before = house.folder / MERGED, house.rows()

    def damaged_inside() -> None:
        then = path.stat()
        path.write_bytes(_turned_over(path.read_bytes()))
        os.utime(path, ns=(then.st_atime_ns, then.st_mtime_ns))

    def load_all_of_it() -> None:
        state = house.desk.state()
        load_counting(house.settings, {"demo": house.contract}, state, reader=house.calls.reader)
        write_ledger(house.settings, state, {"demo": house.contract}, Rates())

    load_all_of_it()
    damaged_inside()
    damaged = path.read_bytes()
    load_all_of_it()
    assert path.read_bytes() == damaged, "gone through though nothing is new of the program"
    house.submit("n2,2", NEW)
    load_all_of_it()
    assert house.rows() == before
