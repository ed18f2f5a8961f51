"""The parsing process: warm calls are quick, a killed fork harms nobody."""

from __future__ import annotations

import os
import pickle
import threading
import time

import pytest

from sources.reader.sandbox import SANDBOX, Sandbox, SandboxError, _PlainUnpickler
from tests.unit.sources.reader.builders import HEADERS, ROWS, xlsx

LIMITS = {"max_sheets": 250, "max_rows": 100_000, "max_cells": 2_500_000}
DATA = xlsx(("KPI", [HEADERS, *ROWS]))
FAR = xlsx(("KPI", [HEADERS]), more=lambda book, sheet: sheet.write(1_048_575, 16_383, 1))


def test_grid_with_offset() -> None:
    sheet = SANDBOX.submit("parse", xlsx(("KPI", [HEADERS]), start=(3, 2)), LIMITS).result()["sheets"][0]
    assert (sheet["name"], sheet["start"], sheet["columns"]) == ("KPI", (3, 2), [(label,) for label in HEADERS])


def test_memory_and_time_end_only_the_fork() -> None:
    with pytest.raises(SandboxError, match="memory"):
        SANDBOX.submit("parse", FAR, LIMITS).result()
    many = xlsx(("KPI", [[str(index), index] for index in range(20_000)]))
    with pytest.raises(SandboxError, match="time"):
        SANDBOX.submit("parse", many, LIMITS, seconds=0.01).result()
    assert SANDBOX.submit("parse", DATA, LIMITS).result()["sheets"]


def test_a_new_server_takes_over() -> None:
    box = Sandbox()
    box.submit("parse", DATA, LIMITS).result()
    server = box._server
    assert server is not None
    server.kill()
    server.wait()
    assert box.submit("parse", DATA, LIMITS).result()["sheets"]
    box.close()


def test_threads_share_one_server() -> None:
    found: list[int] = []

    def work() -> None:
        found.append(len(SANDBOX.submit("parse", DATA, LIMITS).result()["sheets"]))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [1] * 8


def test_warm_call_is_quick() -> None:
    SANDBOX.submit("parse", DATA, LIMITS).result()
    best = min(_timed() for _ in range(5))
    assert best < 0.2


def _timed() -> float:
    start = time.perf_counter()
    SANDBOX.submit("parse", DATA, LIMITS).result()
    return time.perf_counter() - start


def test_only_plain_values_are_unpickled() -> None:
    import io

    with pytest.raises(pickle.UnpicklingError):
        _PlainUnpickler(io.BytesIO(pickle.dumps(os.getcwd))).load()
