"""A deadline night: a thousand synthetic partners hand in before midnight, through the portal as `impact portal` starts it.

An hour is compressed into :data:`SECONDS`; people come at their moment whether or not the site keeps up, so waiting counts in
full. They share this machine with the site. A run makes new tables in between.
"""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from tests.benchmarks.history import make_code
from tests.benchmarks.night_people import PASSWORD, PERIOD, PROGRAM, READY, Person, Told, Visit, crowd, own, prepared
from tests.benchmarks.section import AS_OF, environment
from tests.benchmarks.watched import tree_memory

PEOPLE = int(os.environ.get("BENCH_NIGHT_PEOPLE", "1000"))
SECONDS = float(os.environ.get("BENCH_NIGHT_SECONDS", "420"))
#: People who come one after another before the night, so that nobody waits: what a visit costs.
ALONE = 40
#: When the run starts, as a share of the night.
RUN_AT = 0.5
_ACCOUNTS = """
import sys
from django.contrib.auth.hashers import make_password
from portal.accounts.models import User
password = make_password({password!r})  # one hash for all: making a thousand takes minutes, checking costs the same
User.objects.bulk_create([
    User(email=f"{{code}}@partner.example", name=code, role="partner", partners=[code], password=password)
    for code in {codes!r}
])
"""


@dataclass
class Night:
    """What was measured."""

    told: list[Told]
    samples: list[tuple[float, int, int, float]]
    seconds: float
    run: float | None
    alone: list[float]
    lost: list[str] = field(default_factory=list)
    facts: Counter[str] = field(default_factory=Counter)
    run_build: str = ""


class Site:
    """The portal over a folder of its own, started as `impact portal` starts it; a context manager."""

    def __init__(self, data: Path, code: Path, people: list[Person]) -> None:
        from orchestration import serving
        from sources.settings import Settings

        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.url, self.data = f"http://127.0.0.1:{port}", data
        data.mkdir(parents=True)
        settings = Settings.at(data)
        self.env = {**serving.environment(settings, self.url, https=False), **environment(data, PYTHONPATH=str(code))}
        serving.prepare(self.env)
        accounts = _ACCOUNTS.format(password=PASSWORD, codes=[person.code for person in people])
        command = [sys.executable, "-m", "django", "shell", "-c", accounts]
        subprocess.run(command, env=self.env, cwd=code, check=True, capture_output=True)
        self._said = (data / "server.log").open("wb")
        self.server = subprocess.Popen(
            serving.command("127.0.0.1", port, 8), env=self.env, cwd=code, stdout=self._said, stderr=self._said
        )
        self.code = code

    def __enter__(self) -> Site:
        for _ in range(1200):
            try:
                if requests.get(f"{self.url}/health/", timeout=60).ok:
                    return self
            except requests.RequestException:
                time.sleep(0.1)
        self.__exit__()
        raise RuntimeError("the portal did not start")

    def __exit__(self, *_: object) -> None:
        self.server.terminate()
        self.server.wait(timeout=120)
        self._said.close()

    def start_run(self) -> subprocess.Popen[bytes]:
        """A run beside the site, as its runner starts it."""
        command = [
            sys.executable,
            "-c",
            "from orchestration.cli import main; main()",
            "run",
            "--quiet",
            "--as-of",
            AS_OF,
        ]
        said = (self.data / "run.log").open("wb")
        return subprocess.Popen(command, env=self.env, cwd=self.code, stdout=said, stderr=said)


def spend(folder: Path, count: int = PEOPLE, seconds: float = SECONDS, alone: int = ALONE) -> Night:
    """One night, and what is left of it examined."""
    people = crowd(count + alone)
    early = people[:: max(1, len(people) // alone)][:alone] if alone else []
    late = [person for person in people if person not in early]
    _prepare({person.base for person in people})
    code = make_code(folder / "code", codes={PROGRAM: [person.code for person in people]})
    with Site(folder / "data", code, people) as site:
        calm = []
        for person in early:
            told = Told(person)
            start = time.monotonic()
            Visit(site.url, person, told).go(start, 0)
            calm.append((told, time.monotonic() - start))
        night = _through(site, late, seconds)
        night.alone = [took for _, took in calm]
        _examine(site, code, [told for told, _ in calm] + night.told, night)
    return night


def _through(site: Site, people: list[Person], seconds: float) -> Night:
    told = [Told(person) for person in people]
    inside: set[int] = set()
    samples: list[tuple[float, int, int, float]] = []
    over, start = threading.Event(), time.monotonic() + 1

    def come(one: Told) -> None:
        came = start + one.person.at * seconds
        time.sleep(max(0.0, came - time.monotonic()))
        inside.add(one.person.number)
        try:
            Visit(site.url, one.person, one).go(came, 1.0)
        except Exception as error:
            one.problem = f"{type(error).__name__}: {error}"
        inside.discard(one.person.number)

    def watch() -> None:
        before = _cpu(site.server.pid)
        while not over.wait(2):
            now = _cpu(site.server.pid)
            samples.append((time.monotonic() - start, len(inside), tree_memory(site.server.pid), (now - before) / 2))
            before = now

    threads = [threading.Thread(target=come, args=(one,)) for one in told]
    watcher = threading.Thread(target=watch)
    watcher.start()
    for thread in threads:
        thread.start()
    time.sleep(max(0.0, start + RUN_AT * seconds - time.monotonic()))
    began, run = time.monotonic(), site.start_run()
    code = run.wait()
    took = time.monotonic() - began
    for thread in threads:
        thread.join()
    whole = time.monotonic() - start
    over.set()
    watcher.join()
    said = (site.data / "run.log").read_text("utf-8", errors="replace")
    assert code == 0 and "Published build" in said, said[-3000:]  # noqa: PT018
    return Night(told, samples, whole, took, [])


def _examine(site: Site, code: Path, told: list[Told], night: Night) -> None:
    """Every receipt against log and landing zone, every verdict against what the desk says offline."""
    from exports.published import Published
    from sources.load import original_key
    from sources.log.events import EventLog
    from sources.log.state import fold
    from sources.settings import Settings
    from sources.storage import Store

    settings = Settings.at(site.data)
    log = EventLog(settings.log_url)
    night.facts["events"] = log.verify()
    state, landing = fold(log.events()), Store(settings.landing)
    sent, named = Counter[tuple[str, str]](), set()
    for one in told:
        receipts = dict.fromkeys(one.receipts)
        for number, sha256 in receipts:
            found = state.submissions.get(number)
            if found is None or found.verdict is None or found.partner != one.person.code:
                night.lost.append(f"{number} of {one.person.code} is not in the log")
                continue
            named.add(number)
            (file,) = found.files
            if file.sha256 != sha256 or not landing.read_original(original_key(sha256)):
                night.lost.append(f"{number}: another original than was sent")
        sent[one.person.code] += one.sent
        night.facts["receipts"] += len(receipts)
    night.facts["received"] = len(state.submissions)
    night.facts["untold"] = len(set(state.submissions) - named)
    for partner, count in Counter(item.partner for item in state.submissions.values()).items():
        if count > sent[partner]:
            night.lost.append(f"{partner} sent {count - sent[partner]} fewer than were taken in")
    night.facts["pending"] = len(state.pending())
    _verdicts(code, told, state, night)
    build = Published.open(settings.published)
    for name in build.tables:
        build.arrow(name)
    heads = {event.hash for event in log.events()}
    if build.manifest["log_head"] not in heads:
        night.lost.append("the build names a head the log does not have")
    night.run_build = build.build_id


def _verdicts(code: Path, told: list[Told], state: Any, night: Night) -> None:
    """The first return of each partner judged again by a desk with nothing else in it."""
    from sources.contract.load import load_all

    contracts = load_all(code / "sources" / "programs", code / "sources" / "reference")
    firsts = {one.person.base: one for one in told if one.receipts}
    with ProcessPoolExecutor(2) as pool:
        jobs = {
            base: pool.submit(_offline, contracts, one.person.code, own(prepared(base), f"{one.person.code} a"))
            for base, one in firsts.items()
        }
        expected = {base: job.result() for base, job in jobs.items()}
    for one in told:
        if not one.receipts:
            continue
        recorded = state.submissions[one.receipts[0][0]].verdict.value
        if _substance(recorded) != expected[one.person.base]:
            night.lost.append(f"{one.receipts[0][0]}: another verdict than offline")
        night.facts["verdicts compared"] += 1
        night.facts[f"state {recorded['state']}"] += 1


def _offline(contracts: Any, partner: str, data: bytes) -> list[Any]:
    import tempfile

    from expectations.desk import Desk
    from sources.reader import InputFile
    from sources.settings import Settings

    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Settings.at(folder), contracts)
        file = InputFile("return.xlsx", data)
        outcome = desk.submit([file], partner=partner, program=PROGRAM, period=PERIOD, who="offline")
        verdict = desk.state().submissions[outcome.submission_id].verdict
        assert verdict is not None
        return _substance(verdict.value)


def _substance(value: Any) -> list[Any]:
    """What a verdict says of the rows; counts, causes and cells."""
    return [value[key] for key in ("state", "problems", "questions", "row_counts", "totals")]


def _prepare(bases: set[Any]) -> None:
    with ProcessPoolExecutor(2) as pool:
        ordered = sorted(bases)
        for base, data in zip(ordered, pool.map(prepared, ordered, chunksize=4), strict=True):
            READY[base] = data


def _cpu(pid: int) -> float:
    """Processor seconds of a process and its descendants."""
    from tests.benchmarks.watched import _tree

    total = 0
    for one in _tree(pid):
        try:
            fields = (one / "stat").read_text("ascii").rsplit(")", 1)[1].split()
        except OSError:
            continue
        total += sum(map(int, fields[11:15]))  # own and waited-for children's, user and system
    return total / os.sysconf("SC_CLK_TCK")


def quantiles(values: list[float]) -> tuple[float, float, float, float]:
    """p50, p95, p99 and the highest."""
    cuts = statistics.quantiles(values, n=100, method="inclusive")
    return cuts[49], cuts[94], cuts[98], max(values)
