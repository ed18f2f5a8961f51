"""Hands every hostile file to one desk and writes what it took, a JSON line per file. Run by the test of that name."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

from expectations.verdict import Verdict
from tests.e2e.ninety.hostile import FILES
from tests.e2e.ninety.house import House, good

AT_ONCE = ("far_cell.xlsx", "laughs.xlsx", "million_rows.xlsx", "ods_rows.ods", "columns.csv", "open_quotes.csv",
           "amplified_text.xlsx", "lengths.xlsb")  # fmt: skip
_TICKS = os.sysconf("SC_CLK_TCK")


class Watch(threading.Thread):
    """Looks every few milliseconds at what the parsing processes hold and have used."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.memory = 0
        self.used: dict[int, float] = {}
        self._stop_now = threading.Event()

    def run(self) -> None:
        while not self._stop_now.wait(0.004):
            held = 0
            for pid in _below(os.getpid()):
                try:
                    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
                    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
                except OSError:
                    continue
                self.used[pid] = (int(fields[11]) + int(fields[12])) / _TICKS
                held += next((int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")), 0)
            self.memory = max(self.memory, held // 1024)

    def end(self) -> None:
        self._stop_now.set()
        self.join()


def _below(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            kids = [int(kid) for kid in (task / "children").read_text(encoding="ascii").split()]
        except OSError:
            continue
        for kid in kids:
            found += [kid, *_below(kid)]
    return found


def _peak() -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) // 1024


def answered(house: House, name: str, data: bytes) -> dict[str, Any]:
    """The verdict on a file and what it took."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before, started, used, watch = _peak(), time.perf_counter(), time.process_time(), Watch()
    watch.start()
    verdict: Verdict = house.check(data, name=name)
    seconds, processor = time.perf_counter() - started, time.process_time() - used
    watch.end()
    return {
        "name": name,
        "seconds": round(seconds, 2),
        "busy": round(max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1)), 1),
        "processor": round(processor + sum(watch.used.values()), 2),
        "own": _peak() - before,
        "forks": watch.memory,
        "state": verdict.state,
        "sentences": [problem.sentence for problem in verdict.problems][:5],
    }


def main() -> None:
    """One after the other, a good file, several at once, a good file."""
    house = House(Path(sys.argv[1]))
    house.check(good())
    wanted = sys.argv[2:] or list(FILES)
    for name in wanted:
        print(json.dumps(answered(house, name, FILES[name]())), flush=True)
    print(json.dumps(answered(house, "return.xlsx", good()) | {"name": "good file afterwards"}), flush=True)
    states: list[str] = []
    together = [(name, FILES[name]()) for name in AT_ONCE]
    threads = [
        threading.Thread(target=lambda n=name, d=data: states.append(house.check(d, name=n).state))
        for name, data in together
    ]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = round(time.perf_counter() - started, 2)
    print(json.dumps({"name": "several at once", "states": sorted(states), "seconds": took, "count": len(together)}))
    print(json.dumps(answered(house, "return.xlsx", good()) | {"name": "good file after several at once"}), flush=True)


if __name__ == "__main__":
    main()
