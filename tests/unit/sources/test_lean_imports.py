"""Packages that are left out of an import are there again afterwards, and for other threads all the time."""

import importlib
import sys
import threading

import pytest

from sources.lean_imports import imported_without


@pytest.fixture
def package(tmp_path, monkeypatch) -> str:
    (tmp_path / "seldom_used.py").write_text("answer = 42\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield "seldom_used"
    sys.modules.pop("seldom_used", None)


def test_a_package_is_left_out_within_the_block_only(package):
    with imported_without(package), pytest.raises(ImportError, match="on purpose"):
        importlib.import_module(package)
    assert importlib.import_module(package).answer == 42


def test_another_thread_finds_it(package):
    found = []
    with imported_without(package):
        thread = threading.Thread(target=lambda: found.append(importlib.import_module(package).answer))
        thread.start()
        thread.join()
    assert found == [42]


def test_who_loaded_it_before_keeps_it(package):
    loaded = importlib.import_module(package)
    with imported_without(package):
        assert importlib.import_module(package) is loaded
