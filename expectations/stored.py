"""Validation results kept beside the log: one compressed JSON file per submission, for audit and Data Docs."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sources.settings import Settings

_SUFFIX = ".json.gz"


def results_folder(settings: Settings) -> Path:
    """Where results lie; they can be made anew by judging again, so this is no part of the state."""
    return settings.data / "quality" / "results"


@dataclass(frozen=True)
class StoredResults:
    """Results of one submission: one Great Expectations suite result per table, as JSON."""

    submission_id: str
    judged_at: datetime
    results: list[dict[str, Any]]


def write_results(folder: Path, stored: StoredResults) -> Path:
    """Write the results of a submission; those of an earlier judging of it are replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{stored.submission_id}{_SUFFIX}"
    value = {"judged_at": stored.judged_at.isoformat(), "results": stored.results}
    content = gzip.compress(json.dumps(value, sort_keys=True, ensure_ascii=False).encode(), mtime=0)
    part = path.with_suffix(".part")
    part.write_bytes(content)
    part.replace(path)
    return path


def read_results(folder: Path) -> Iterator[StoredResults]:
    """All stored results, by submission."""
    for path in sorted(folder.glob(f"*{_SUFFIX}")):
        value = json.loads(gzip.decompress(path.read_bytes()))
        name = path.name.removesuffix(_SUFFIX)
        yield StoredResults(name, datetime.fromisoformat(value["judged_at"]), value["results"])
