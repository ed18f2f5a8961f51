"""Returns that are opened once and held while there is room."""

from types import SimpleNamespace

import pandas as pd

from exports import origin_cells
from exports.origin_cells import KeptTables, OpenTable


def opened(rows: int) -> dict[str, OpenTable]:
    frame = pd.DataFrame({"_sheet": ["A"] * rows, "_row": range(2, rows + 2)})
    return {"t": OpenTable(SimpleNamespace(frame=frame))}


def test_a_return_asked_for_again_is_not_read_again(monkeypatch):
    asked = []

    def read(_settings, _state, _contract, submission_id):
        asked.append(submission_id)
        return opened(3) if submission_id != "gone" else origin_cells.ERASED

    monkeypatch.setattr(origin_cells, "_read_tables", read)
    kept = KeptTables(most_rows=7)
    for name in ("one", "one", "gone", "two", "gone", "one"):
        origin_cells.read_tables(None, None, None, name, kept)
    assert asked == ["one", "gone", "two"]
    origin_cells.read_tables(None, None, None, "three", kept)
    assert kept.get("two") is None, "the one longest unused had to go"
    assert kept.get("one") is not None


def test_a_return_too_large_to_hold_is_read_each_time(monkeypatch):
    asked = []
    monkeypatch.setattr(origin_cells, "_read_tables", lambda *given: asked.append(given[-1]) or opened(9))
    kept = KeptTables(most_rows=8)
    origin_cells.read_tables(None, None, None, "large", kept)
    assert len(origin_cells.read_tables(None, None, None, "large", kept)["t"].read.frame) == 9
    assert asked == ["large", "large"]
