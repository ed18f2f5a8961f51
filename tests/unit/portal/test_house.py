"""What this process serves: one desk, the newest build, and slow imports done ahead."""

from __future__ import annotations

import json
from pathlib import Path

from portal import house


def publish(installation, build_id):
    folder = Path(installation.published) / build_id
    folder.mkdir(parents=True)
    manifest = {"build_id": build_id, "as_of": "2026-11-15", "tables": {}, "log_head": None, "code_version": None}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder.parent / "current").write_text(build_id)


def test_nothing_is_shown_before_the_first_run_and_then_always_the_newest_build(installation):
    assert house.published() is None
    publish(installation, "2026-11-15-aaaaaaaaaa")
    first = house.published()
    assert first.build_id == "2026-11-15-aaaaaaaaaa"
    assert house.published() is first
    publish(installation, "2026-11-16-bbbbbbbbbb")
    assert house.published().build_id == "2026-11-16-bbbbbbbbbb"


def test_every_installation_has_one_desk(installation, settings, tmp_path):
    from sources.settings import Settings

    mine = house.desk()
    assert house.desk() is mine
    settings.IMPACT = Settings.at(tmp_path / "other")
    assert house.desk() is not mine


def test_warming_up_leaves_no_trace_in_the_log(installation, caplog):
    house.warm().join(timeout=120)
    assert house.state().seq == 0
    assert not caplog.records


def test_the_site_never_opens_the_warehouse():
    """Readers only ever open published tables; DuckDB locks its file while a run writes."""
    room = Path(house.__file__).parent
    texts = {path.name: path.read_text("utf-8") for path in room.rglob("*.py")}
    assert not [name for name, text in texts.items() if "import duckdb" in text or ".warehouse" in text]
