"""The fuzzer: ``python -m tests.fuzz TARGET --seconds 600 --folder FOLDER`` goes on after what it finds and keeps each cause once."""

from __future__ import annotations

import argparse
import ctypes
import hashlib
import importlib
import json
import re
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from tests.fuzz import TARGETS

ROOMS = ("sources", "expectations", "orchestration.health")
FOUND = Path(__file__).with_name("found")


class Finder:
    """Runs a target's check and keeps the first file of each cause."""

    def __init__(self, target: ModuleType, folder: Path) -> None:
        self._check, self._folder = target.check, folder
        self.causes: set[str] = set()

    def __call__(self, data: bytes) -> None:
        """Try one file."""
        try:
            self._check(data)
        except Exception as error:
            self._keep(data, error)

    def _keep(self, data: bytes, error: Exception) -> None:
        frames = traceback.extract_tb(error.__traceback__)
        is_broken = type(error).__name__ == "Broken"  # not imported above: its imports are to be instrumented
        ours = [frame for frame in frames if any(f"/{room.replace('.', '/')}/" in frame.filename for room in ROOMS)]
        place = ours[-1] if ours and not is_broken else frames[-1]
        said = re.sub(r"\d+", "N", str(error).split(":")[0])[:60] if is_broken else ""
        cause = f"{type(error).__name__} {said or f'{Path(place.filename).name} line {place.lineno}'}"
        if cause in self.causes:
            return
        self.causes.add(cause)
        name = hashlib.sha256(data).hexdigest()[:12]
        (self._folder / name).write_bytes(data)
        told = {"cause": cause, "said": str(error)[:2_000], "trace": traceback.format_exception(error)[-6:]}
        (self._folder / f"{name}.json").write_text(json.dumps(told, indent=1, ensure_ascii=False), encoding="utf-8")
        sys.stderr.write(f"FOUND {name} {cause}\n")


def main() -> None:
    """Fuzz one target for some seconds."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--seconds", type=int, default=120)
    parser.add_argument("--folder", type=Path, required=True, help="holds the corpus, and what is found")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    try:
        import atheris
    except ImportError:
        raise SystemExit(
            "atheris is not installed here (it is for Linux); see tests/fuzz/test_fuzz_replay.py."
        ) from None
    with atheris.instrument_imports(include=list(ROOMS)):
        target = importlib.import_module(f"tests.fuzz.{asked.target}")
        seeds = importlib.import_module("tests.fuzz.seeds").seeds(asked.target)
    corpus, crashes = asked.folder / "corpus", asked.folder / "found"
    for folder in (corpus, crashes):
        folder.mkdir(parents=True, exist_ok=True)
    for name, data in seeds.items():
        (corpus / f"seed-{name}").write_bytes(data)
    for file in sorted((FOUND / asked.target).glob("*")):
        (corpus / f"found-{file.name}").write_bytes(file.read_bytes())
    words = asked.folder / "dictionary"
    words.write_text("".join(f'"{_escaped(word)}"\n' for word in target.DICTIONARY), encoding="ascii")
    options = [
        f"-max_total_time={asked.seconds}", f"-seed={asked.seed}", f"-dict={words}", f"-artifact_prefix={crashes}/",
        "-max_len=65536", "-timeout=60", "-rss_limit_mb=2048", "-print_final_stats=1", "-use_value_profile=1",
    ]  # fmt: skip
    finder = Finder(target, crashes)
    with atheris.instrument_imports(include=list(ROOMS)):
        for data in seeds.values():
            finder(data)  # imports what is imported on first use, so that it does not count as a file's time
    extra = {"custom_mutator": target.mutator(_libfuzzer_mutate(atheris))} if hasattr(target, "mutator") else {}
    atheris.Setup([sys.argv[0], *options, str(corpus)], finder, **extra)
    atheris.Fuzz()


def _libfuzzer_mutate(atheris: ModuleType) -> Callable[[bytes, int], bytes]:
    """The fuzzer's own mutation. ``atheris.Mutate`` of 3.0 does not find the fuzzer that ``Fuzz`` runs; this does."""
    library = next(Path(str(atheris.__file__)).parent.glob("core_with_libfuzzer*.so"))
    call = ctypes.CDLL(str(library)).LLVMFuzzerMutate
    call.argtypes, call.restype = (ctypes.c_char_p, ctypes.c_size_t, ctypes.c_size_t), ctypes.c_size_t

    def mutate(data: bytes, size: int) -> bytes:
        held = ctypes.create_string_buffer(data[:size], size + 1)
        return held.raw[: call(held, min(len(data), size), size)]

    return mutate


def _escaped(word: str) -> str:
    return "".join(f"\\x{code:02x}" for code in word.encode())


if __name__ == "__main__":
    main()
