"""Accepted rows become Parquet, exactly and once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expectations.desk import Desk
from sources.decimals import from_scaled
from sources.history import PartnerHistory
from sources.load import load_quarters, load_submission, write_empty
from sources.raw_rows import LoadError
from sources.raw_schema import arrow_schema
from sources.reader import InputFile
from sources.settings import Settings
from tests.loading import files_that_count
from tests.unit.expectations.desk_fakes import EVENTS, Calls, contract

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
DATA = b"e1,10,0.10,47.5,2026-08-31,yes\ne2,<5,1234567890.99,,,no\ne3,,-0.29,0,2026-09-01,\n"


class Place:
    """A data folder with its desk."""

    def __init__(self, path: Path, *, quarantine: bool = False) -> None:
        self.settings = Settings.at(path)
        self.contract = contract(quarantine=quarantine)
        self.calls = Calls()
        self.desk = Desk(
            self.settings, {"demo": self.contract}, lambda: NOW, reader=self.calls.reader, judge=self.calls.judge
        )

    def submit(self, data: bytes, period: str = "2026-Q3") -> str:
        outcome = self.desk.submit(
            [InputFile("r.csv", data)], partner="sample_a", program="demo", period=period, who="ana"
        )
        return outcome.submission_id

    def load(self, submission_id: str) -> dict[str, Path]:
        submission = self.desk.state().submissions[submission_id]
        return load_submission(self.settings, self.contract, submission, reader=self.calls.reader)

    def load_quarters(self, *periods: str) -> list[Path]:
        state = self.desk.state()
        loaded = load_quarters(self.settings, self.contract, "events", periods, state, reader=self.calls.reader)
        return files_that_count(self.settings, loaded)

    def history(self, period: str = "2026-Q4") -> PartnerHistory:
        return PartnerHistory(
            self.settings, self.desk.state(), self.contract, "sample_a", period, reader=self.calls.reader
        )


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def _rows(path: Path) -> list[dict[str, object]]:
    return pq.ParquetFile(path).read().to_pylist()


def test_rows_are_typed_exactly(place: Place, tmp_path: Path) -> None:
    sid = place.submit(DATA)
    (path,) = place.load(sid).values()
    assert path == tmp_path / f"raw/demo/events/period=2026-Q3/{sid}.parquet"
    assert pq.ParquetFile(path).schema_arrow.remove_metadata() == arrow_schema(EVENTS)
    origin = {
        "_submission_id": sid,
        "_partner_code": "sample_a",
        "_period": "2026-Q3",
        "_file": "r.csv",
        "_sheet": None,
    }
    assert _rows(path) == [
        {
            "event_id": "e1",
            "people": 10,
            "people_low": 10,
            "people_high": 10,
            "amount": Decimal("0.10"),
            "share": 47.5,
            "day": date(2026, 8, 31),
            "open": True,
            **origin,
            "_row": 1,
        },
        {
            "event_id": "e2",
            "people": None,
            "people_low": 0,
            "people_high": 4,
            "amount": Decimal("1234567890.99"),
            "share": None,
            "day": None,
            "open": False,
            **origin,
            "_row": 2,
        },
        {
            "event_id": "e3",
            "people": None,
            "people_low": None,
            "people_high": None,
            "amount": Decimal("-0.29"),
            "share": 0.0,
            "day": date(2026, 9, 1),
            "open": None,
            **origin,
            "_row": 3,
        },
    ]


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(-(10**14), 10**14), min_size=1, max_size=30))
def test_money_is_exact_to_the_cent(cents: list[int]) -> None:
    amounts = [Decimal(cent).scaleb(-2) for cent in cents]
    whole = np.rint(np.array([float(amount) for amount in amounts]) * 100).astype(np.int64)
    assert whole.tolist() == cents
    array = from_scaled(whole, pa.decimal128(18, 2))
    array.validate(full=True)
    assert array.to_pylist() == amounts


def test_loading_twice_reads_once(place: Place) -> None:
    sid = place.submit(DATA)
    (path,) = place.load(sid).values()
    before, reads = path.stat().st_mtime_ns, place.calls.read
    place.load(sid)
    assert (path.stat().st_mtime_ns, place.calls.read) == (before, reads)


def test_a_half_written_file_is_written_again(place: Place) -> None:
    sid = place.submit(DATA)
    (path,) = place.load(sid).values()
    whole = path.read_bytes()
    path.write_bytes(whole[:100])
    place.load(sid)
    assert path.read_bytes() == whole


def test_loading_never_judges(place: Place) -> None:
    sid = place.submit(DATA)
    judged = place.calls.judged
    place.load(sid)
    assert place.calls.judged == judged == 1


def test_what_is_not_accepted_is_not_loaded(place: Place, tmp_path: Path) -> None:
    assert place.load(place.submit(b"bad,1")) == {}
    assert place.load(place.submit(b"x")) == {}
    assert not (tmp_path / "raw").exists()


def test_rows_left_out_are_not_loaded(tmp_path: Path) -> None:
    place = Place(tmp_path, quarantine=True)
    (path,) = place.load(place.submit(b"e1,1\nbad,2\ne3,3")).values()
    assert [(row["event_id"], row["_row"]) for row in _rows(path)] == [("e1", 1), ("e3", 3)]


def test_another_reading_than_the_verdict_counted_is_an_error(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    sid = place.submit(DATA)
    other = place.submit(b"e1,1", period="2026-Q2")
    real = place.calls.reader

    def shorter(*args: object, **kwargs: object) -> object:
        read = real(*args, **kwargs)
        if kwargs["period"] == "2026-Q3":
            read.tables["events"].frame = read.tables["events"].frame.iloc[:2]
        return read

    monkeypatch.setattr(place.calls, "reader", shorter)
    with pytest.raises(LoadError) as error:
        place.load_quarters("2026-Q2", "2026-Q3")
    assert str(error.value) == (
        f"{sid}: {sid} reads otherwise than when it was judged with contract 1.0.0: events has 2 rows, not 3. "
        "Run “impact revalidate”."
    )
    assert len(place.load(other)) == 1


def test_a_period_holds_every_version_and_names_the_one_that_counts(place: Place, tmp_path: Path) -> None:
    first, second = place.submit(b"e1,1"), place.submit(b"e1,2")
    older = place.submit(b"e1,3", period="2026-Q2")
    assert [path.stem for path in place.load_quarters("2026-Q1", "2026-Q2", "2026-Q3")] == [older, second]
    folder = tmp_path / "raw/demo/events/period=2026-Q3"
    assert {path.stem for path in folder.iterdir()} == {first, second}
    place.desk.withdraw(second, "ana")
    assert [path.stem for path in place.load_quarters("2026-Q3")] == [first]
    assert {path.stem for path in folder.iterdir()} == {first}


def test_a_new_verdict_writes_the_file_anew(place: Place) -> None:
    sid = place.submit(DATA)
    (path,) = place.load(sid).values()
    before = path.read_bytes()
    place.desk.revalidate(who="lead")
    place.load(sid)
    assert path.read_bytes() != before
    assert len(_rows(path)) == 3


def test_a_program_without_returns_still_has_its_columns(place: Place, tmp_path: Path) -> None:
    paths = write_empty(place.settings, place.contract)
    assert paths == [tmp_path / "raw/demo/events/_empty.parquet", tmp_path / "raw/demo/notes/_empty.parquet"]
    assert pq.ParquetFile(paths[0]).read().schema == arrow_schema(EVENTS)
    assert _rows(paths[0]) == []


def test_an_empty_return_loads_no_rows(place: Place) -> None:
    (path,) = place.load(place.submit(b"")).values()
    assert _rows(path) == []
    assert pq.ParquetFile(path).schema_arrow.remove_metadata() == arrow_schema(EVENTS)


def test_the_same_log_gives_the_same_bytes(place: Place) -> None:
    sid = place.submit(DATA)
    (path,) = place.load(sid).values()
    before = path.read_bytes()
    path.unlink()
    place.load(sid)
    assert path.read_bytes() == before


@pytest.mark.parametrize("loaded", [True, False])
def test_history_is_the_nearest_earlier_quarter_that_counts(place: Place, loaded: bool) -> None:
    place.submit(b"e0,9", period="2025-Q4")
    withdrawn = place.submit(b"e9,9", period="2026-Q2")
    place.desk.withdraw(withdrawn, "ana")
    place.submit(DATA, period="2026-Q1")
    place.submit(b"e7,7", period="2026-Q3")
    if loaded:
        place.load_quarters("2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3")
    reads = place.calls.read
    history = place.history("2026-Q3")
    frame = history.previous("events")
    assert frame is not None
    assert frame["event_id"].tolist() == ["e1", "e2", "e3"]
    assert frame["_period"].unique().tolist() == ["2026-Q1"]
    assert history.earlier_values("events", "event_id") == {"e0", "e1", "e2", "e3"}
    assert history.previous("notes") is None
    assert history.earlier_values("notes", "event_id") == set()
    assert (place.calls.read > reads) is not loaded


def test_both_kinds_of_history_have_the_same_types(place: Place) -> None:
    sid = place.submit(DATA, period="2026-Q2")
    fresh = place.history("2026-Q3").previous("events")
    place.load(sid)
    stored = place.history("2026-Q3").previous("events")
    assert fresh is not None
    assert stored is not None
    for name in ("people", "people_low", "people_high", "amount", "share"):
        assert stored[name].dtype == fresh[name].dtype == "float64"
        assert stored[name].fillna(-1).tolist() == fresh[name].fillna(-1).tolist()
    assert stored["day"].dt.date.tolist() == fresh["day"].dt.date.tolist()
    assert stored["open"].tolist() == fresh["open"].tolist() == [True, False, None]
    assert stored["event_id"].dtype == fresh["event_id"].dtype == object


def test_a_first_return_has_no_history(place: Place) -> None:
    place.submit(DATA, period="2026-Q3")
    assert place.history("2026-Q3").previous("events") is None


def test_a_run_of_returns_reads_each_file_once(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.unit.expectations import desk_fakes

    real = desk_fakes.judge

    def looking_back(*args: object, **kwargs: object) -> object:
        kwargs["history"].earlier_values("events", "event_id")  # type: ignore[attr-defined]
        return real(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(desk_fakes, "judge", looking_back)
    for period in ("2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3"):
        place.submit(period.encode(), period=period)
    assert place.calls.read == 4
