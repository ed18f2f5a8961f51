"""Publishing: one immutable build, the same bytes for the same content, two trees."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import fsspec
import pandas as pd
import pyarrow as pa
import pytest

from exports import store
from exports.published import Published, PublishedError, to_frame, write_published
from tests.unit.exports import fixtures
from tests.unit.exports.invented.coalition import META
from tests.unit.exports.invented.money import goal_rows
from tests.unit.exports.invented.values import kpi_rows


def test_same_content_gives_same_build_and_bytes(tmp_path: Path) -> None:
    builds = []
    for folder in ("one", "two"):
        connection, models = fixtures.warehouse()
        builds.append(write_published(connection, reversed(models), tmp_path / folder, META))
    assert builds[0] == builds[1]
    assert builds[0].startswith("2026-11-12-")
    files = [sorted((tmp_path / folder).rglob("*.*")) for folder in ("one", "two")]
    assert [path.read_bytes() for path in files[0]] == [path.read_bytes() for path in files[1]]


def test_row_order_of_the_warehouse_does_not_matter(tmp_path: Path, published: Published) -> None:
    turned = {name: rows[::-1] for name, (_, _, rows) in fixtures.tables().items()}
    assert fixtures.publish(tmp_path, turned).build_id == published.build_id


def test_publishing_again_changes_nothing_and_a_new_figure_makes_a_new_build(tmp_path: Path) -> None:
    first = fixtures.publish(tmp_path)
    manifest = tmp_path / first.build_id / "manifest.json"
    written = manifest.stat().st_mtime_ns
    assert fixtures.publish(tmp_path).build_id == first.build_id
    assert manifest.stat().st_mtime_ns == written
    rows = goal_rows()
    rows[0]["paid_eur"] = Decimal(1)
    second = fixtures.publish(tmp_path, {"pub_leadership__goal": rows})
    assert second.build_id != first.build_id
    assert Published.open(tmp_path).build_id == second.build_id
    assert Published.open(tmp_path, first.build_id).frame("pub_leadership__goal")["paid_eur"][0] == 24_600_000
    assert fixtures.publish(tmp_path).build_id == first.build_id == Published.open(tmp_path).build_id
    assert not list(tmp_path.glob(".tmp-*"))


def test_manifest_lists_every_table(published: Published, tmp_path: Path) -> None:
    connection, models = fixtures.warehouse()
    build = write_published(connection, models, tmp_path, META)
    manifest = json.loads((tmp_path / build / "manifest.json").read_text("utf-8"))
    assert (manifest["as_of"], manifest["code_version"], manifest["log_head"]) == ("2026-11-12", "0.1.0", "ab" * 32)
    assert set(manifest["tables"]) == set(fixtures.tables())
    entry = manifest["tables"]["pub_leads__kpi"]
    assert entry["file"] == "restricted/pub_leads__kpi.parquet"
    assert entry["rows"] == len(kpi_rows())


def test_blank_stays_blank_and_types_are_plain(published: Published) -> None:
    frame = published.frame("pub_leads__kpi")
    row = frame[(frame["indicator_code"] == "cheer_youth_leaders") & (frame["period"] == "2026-Q3")].iloc[0]
    assert row["value"] is pd.NA
    assert row["coverage_met"] == 0
    assert str(frame["value"].dtype) == "Float64"
    assert str(frame["coverage_due"].dtype) == "Int64"


def test_release_readers_see_no_restricted_table(published: Published) -> None:
    released = published.release()
    assert not released.has("pub_leads__kpi")
    assert all(entry.audience == "release" for entry in released.tables.values())
    with pytest.raises(PublishedError, match=r"has no table “pub_leads__kpi” for release readers"):
        released.frame("pub_leads__kpi")


def test_an_altered_file_is_refused(tmp_path: Path) -> None:
    published = fixtures.publish(tmp_path)
    path = tmp_path / published.build_id / published.tables["pub_meta__build"].file
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(PublishedError, match="is not the file that was published"):
        published.frame("pub_meta__build")


def test_nothing_published_yet(tmp_path: Path) -> None:
    with pytest.raises(PublishedError, match="Nothing has been published yet"):
        Published.open(tmp_path)
    fixtures.publish(tmp_path)
    with pytest.raises(PublishedError, match="There is no published build “2020-01-01-x”"):
        Published.open(tmp_path, "2020-01-01-x")


def test_a_model_must_be_declared_rightly(tmp_path: Path) -> None:
    connection, _ = fixtures.warehouse()
    with pytest.raises(ValueError, match="is for “public”"):
        write_published(connection, [("pub_meta__build", "public", ["as_of"])], tmp_path, META)
    with pytest.raises(ValueError, match="ordered by nowhere"):
        write_published(connection, [("pub_meta__build", "release", ["nowhere"])], tmp_path, META)
    assert not list(tmp_path.iterdir())


def test_published_may_lie_on_an_object_store(published: Published) -> None:
    connection, models = fixtures.warehouse()
    url = "memory://published-test"
    assert write_published(connection, models, url, META) == published.build_id
    assert Published.open(url).frame("pub_leadership__goal")["paid_eur"][0] == 24_600_000
    fsspec.filesystem("memory").rm("/published-test", recursive=True)


def test_an_upload_that_stops_anywhere_leaves_the_former_build_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each table and the manifest is one write; the manifest is the last of them, the pointer comes after it."""
    memory, url = fsspec.filesystem("memory"), "memory://stopped-test"
    written: list[str] = []
    room = [10**6]
    put = type(memory).pipe_file

    def pipe_file(self: Any, path: str, value: bytes, **options: Any) -> Any:
        if len(written) >= room[0]:
            raise OSError("the connection was lost")
        written.append(path.split("/stopped-test/", 1)[-1])
        return put(self, path, value, **options)

    monkeypatch.setattr(type(memory), "pipe_file", pipe_file)
    connection, models = fixtures.warehouse()
    former = write_published(connection, models, url, META)
    whole = list(written)
    assert whole[-2:] == [f"{former}/manifest.json", "current"]
    assert len(set(whole)) == len(whole) == len(models) + 2
    later = {**META, "as_of": "2027-01-05"}
    for writes in range(len(whole)):  # none, then one more each time: the next attempt goes on where this one stopped
        room[0] = len(written) + min(writes, 1)
        with pytest.raises(OSError, match="connection was lost"):
            write_published(connection, models, url, later)
        standing = Published.open(url)
        assert standing.build_id == former
        for table in standing.tables:
            standing.arrow(table)
    room[0] = len(written) + 1
    build = write_published(connection, models, url, later)
    assert Published.open(url).build_id == build != former
    assert written[-2:] == [f"{build}/manifest.json", "current"]
    memory.rm("/stopped-test", recursive=True)


def test_what_is_of_no_use_any_more_goes_from_an_object_store_too(tmp_path: Path) -> None:
    memory = fsspec.filesystem("memory")
    made = tmp_path / "made"
    made.mkdir()
    for name in ("a", "b", "manifest.json"):
        (made / name).write_text(name)
    store.install(memory, made, "/installed-test")
    (made / "b").unlink()
    store.install(memory, made, "/installed-test")
    assert sorted(memory.find("/installed-test")) == ["/installed-test/a", "/installed-test/manifest.json"]
    memory.rm("/installed-test", recursive=True)


def test_decimals_become_the_nearest_float() -> None:
    texts = ["71.57", "0.07", "-1234567890123.45", "0.10", None]
    values = pa.array([None if text is None else Decimal(text) for text in texts], pa.decimal128(24, 2))
    (column,) = (to_frame(pa.table({"value": values}))["value"],)
    assert [None if pd.isna(value) else value for value in column] == [text and float(text) for text in texts]
