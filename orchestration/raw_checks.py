"""The contract's suite over accepted rows in raw Parquet; what a quarter gave is remembered until it changes.

The memory is beside the data docs and may be removed: it is made from the same rows again.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sources.merged import MERGED

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    import pandas as pd
    import pyarrow as pa

    from sources.contract.model import Contract

#: What a remembered outcome is made of, with the kinds its values have.
_SHAPE: dict[str, type] = {"rows": int, "returns": int, "expectations": int, "failed": list, "is_severe": bool}
#: Packages whose next version may judge otherwise.
_JUDGES = ("great-expectations", "pandas", "numpy")


@dataclass
class Checked:
    """What the suite found: rows looked at, expectations of the suite, and those that failed, with their rows."""

    rows: int = 0
    returns: int = 0
    expectations: int = 0
    failed: list[dict[str, Any]] = field(default_factory=list)
    is_severe: bool = False

    def add(self, other: Mapping[str, Any]) -> None:
        """Take in what other rows gave."""
        self.rows += other["rows"]
        self.returns += other.get("returns", 0)
        self.expectations = max(self.expectations, other["expectations"])
        self.failed += other["failed"]
        self.is_severe = self.is_severe or other["is_severe"]


class Quarter(NamedTuple):
    """Raw files of a quarter, and what they were made from (:func:`sources.load.quarter_mark`)."""

    mark: str
    paths: Sequence[Path]


def checked(
    contract: Contract,
    table: str,
    quarters: Mapping[str, Quarter],
    counting: Callable[[str], Collection[str]],
    memory: Path,
) -> Checked:
    """Judge the rows that count of some quarters; what is remembered of others is told too.

    Args:
        counting: Gives the ids of a quarter's submissions that count; merged files hold earlier versions too.
        memory: Where to remember what each quarter and each merged file gave, by what it holds, the version of the
            rules and of what judges by them.
    """
    from expectations.ruleset import ruleset_version

    rules, before = f"{ruleset_version(contract)} {_judges()}", _remembered(memory)
    after = {period: known for period, known in before.items() if known.get("rules") == rules}
    for period, quarter in quarters.items():
        known = after.get(period, {})
        if known.get("mark") == quarter.mark:
            continue
        found, merged = _of_quarter(contract, table, quarter, counting(period), known.get("merged", {}))
        after[period] = {"rules": rules, "mark": quarter.mark, "merged": merged, "found": asdict(found)}
    whole = Checked()
    for _, known in sorted(after.items()):
        whole.add(known["found"])
    if after != before:
        memory.parent.mkdir(parents=True, exist_ok=True)
        beside = memory.with_name(f".tmp-{memory.name}")
        beside.write_text(json.dumps(after), encoding="utf-8")
        beside.replace(memory)
    return whole


@cache
def _judges() -> str:
    """The code between rules and outcome, and the packages that judge."""
    from expectations import asset_checks

    code = hashlib.sha256()
    for path in (Path(__file__), Path(asset_checks.__file__)):
        code.update(path.read_bytes())
    return " ".join([code.hexdigest(), *(version(package) for package in _JUDGES)])


def _of_quarter(
    contract: Contract, table: str, quarter: Quarter, counting: Collection[str], before: Mapping[str, Any]
) -> tuple[Checked, dict[str, Any]]:
    """What a quarter's rows gave, and what its merged file gave by what that holds."""
    found, merged, single = Checked(), {}, []
    for path in quarter.paths:
        if path.name != MERGED:
            single.append(path)
            continue
        mark = _mark(path, counting)
        merged[mark] = before.get(mark) or _outcome(contract, table, _frame([path], counting))
        found.add(merged[mark])
    if single:
        found.add(_outcome(contract, table, _frame(single, counting)))
    return found, merged


def _mark(path: Path, counting: Collection[str]) -> str:
    """What a merged file holds of what counts: returns with the seals they were loaded under."""
    import pyarrow.parquet as pq

    returns = json.loads((pq.read_schema(path).metadata or {})[b"returns"])
    held = [[name, seal] for name, (seal, *_) in sorted(returns.items()) if name in counting]
    return hashlib.sha256(json.dumps([path.parent.name, held]).encode()).hexdigest()


def _frame(paths: Sequence[Path], counting: Collection[str]) -> pd.DataFrame:
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    rows: pa.Table = pa.concat_tables([pq.ParquetFile(path).read().replace_schema_metadata(None) for path in paths])
    return rows.filter(pc.is_in(rows["_submission_id"], pa.array(sorted(counting), pa.string()))).to_pandas()


def _outcome(contract: Contract, table: str, frame: pd.DataFrame) -> dict[str, Any]:
    from expectations.asset_checks import check_frame

    outcomes = check_frame(contract, table, frame)
    failed = [outcome for outcome in outcomes if not outcome.passed]
    return {
        "rows": len(frame),
        "returns": int(frame["_submission_id"].nunique()),
        "expectations": len(outcomes),
        "failed": [{"name": item.name, **item.metadata} for item in failed],
        "is_severe": any(item.severity == "error" for item in failed),
    }


def _remembered(memory: Path) -> dict[str, Any]:
    try:
        value = json.loads(memory.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {period: known for period, known in value.items() if _is_known(known)} if isinstance(value, dict) else {}


def _is_known(value: Any) -> bool:
    """Whether a remembered quarter can be one of :func:`checked`; anything else is judged anew."""
    if not isinstance(value, dict) or value.keys() != {"rules", "mark", "merged", "found"}:
        return False
    merged = value["merged"]
    return isinstance(merged, dict) and all(_is_outcome(one) for one in [value["found"], *merged.values()])


def _is_outcome(value: Any) -> bool:
    if not isinstance(value, dict) or value.keys() != _SHAPE.keys():
        return False
    return all(type(value[name]) is kind for name, kind in _SHAPE.items())
