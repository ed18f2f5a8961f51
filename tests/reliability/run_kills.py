"""Whole runs (`impact run`) killed with all they started, over a small but whole installation with returns not yet run.

Before every run one more return is handed in, so each has something new to do. After every kill the installation is
examined; after the last the run is left in peace and must publish what an installation nobody disturbed publishes.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import statistics
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sources.settings import Settings
from sources.storage import Store
from tests.benchmarks.files import heal_workbook
from tests.benchmarks.section import AS_OF, Figure, Result, demo_copy, environment, executable, grid

#: Fewer on a machine that has other things to do: ``BENCH_KILLS=10``.
KILLS, PER_INSTALLATION = int(os.environ.get("BENCH_KILLS", "30")), 10
NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
PARTNERS = ("sample_heal", "sample_heal_south")
_WHO, _PERIOD = "officer@partner.example", "2026-Q3"


@dataclass
class House:
    """One installation and what its people were told.

    Attributes:
        data: Its folder.
        told: Submission ids: the person has the answer on the screen.
        good: Builds that may be the published one.
    """

    data: Path
    told: list[str] = field(default_factory=list)
    good: set[str] = field(default_factory=set)

    @property
    def settings(self) -> Settings:
        """Where things lie."""
        return Settings.at(self.data)

    def hand_in(self, number: int) -> None:
        """Hand in the return of this number; every third has mistakes and is returned. Same number, same event."""
        from expectations.desk import Desk
        from sources.contract.load import load_all
        from sources.reader import InputFile

        desk = Desk(self.settings, load_all(), lambda: NOW)
        file = InputFile(f"{number}.xlsx", heal_workbook(30 + 15 * number, number, bad=0.05 * (number % 3 == 2)))
        partner = PARTNERS[number % 2]
        place = {"partner": partner, "program": "heal", "period": _PERIOD}
        outcome = desk.submit([file], **place, who=_WHO, reason=f"version {number}", reason_code="correction_of_error")
        self.told.append(outcome.submission_id)

    def run(self, seconds: float | None = None) -> float | None:
        """Run the job; kill it with all it started after ``seconds``.

        Returns:
            Seconds it took to its end; ``None`` where it was killed.

        Raises:
            AssertionError: it failed by itself.
        """
        with (self.data / "run.log").open("w+") as said:
            command = [executable("impact"), "run", "--quiet", "--as-of", AS_OF]
            start = time.monotonic()
            run = subprocess.Popen(
                command, env=environment(self.data), stdout=said, stderr=said, start_new_session=True
            )
            try:
                code = run.wait(seconds)
            except subprocess.TimeoutExpired:
                os.killpg(run.pid, signal.SIGKILL)
                run.wait()
                return None
            said.seek(0)
            assert code == 0, said.read()[-3000:]
        return time.monotonic() - start


def published(data: Path) -> dict[str, str]:
    """Hash by table of what is published."""
    root = data / "published" / (data / "published" / "current").read_text("utf-8").strip()
    files = sorted(root.rglob("*.parquet"))
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def examined(house: House) -> str:
    """What must hold whenever a run ended, and however; returns the published build's id."""
    from exports.published import Published
    from sources.load import original_key
    from sources.log.events import EventLog
    from sources.log.state import fold

    settings = house.settings
    log = EventLog(settings.log_url)
    log.verify()
    state, landing, raw = fold(log.events()), Store(settings.landing), Store(settings.raw)
    for number in house.told:
        assert number in state.submissions, f"{number} was acknowledged and is lost"
        assert state.submissions[number].verdict is not None
    contents = [(item.seq, item.place, item.content) for item in state.submissions.values() if item.id in house.told]
    assert len({(place, content) for _, place, content in contents}) == len(house.told), "a return was taken in twice"
    for submission in state.submissions.values():
        for file in submission.files:
            if not file.sha256 or submission.virus:
                continue
            landing.read_original(original_key(file.sha256))
    for program in {item.program for item in state.submissions.values()}:
        for number, table, rows in _loaded(raw, program):
            if number in state.submissions:
                verdict = state.submissions[number].verdict
                assert verdict is not None
                assert rows == verdict.tables[table].rows, f"{number} is half loaded into {program}.{table}"
    build = Published.open(settings.published)
    for name in build.tables:
        build.arrow(name)  # checked against the manifest's hash
    assert build.build_id in house.good or build.manifest["log_head"] == log.head().hash, "an older build came back"
    exports = settings.data / "exports"
    assert any((exports / (exports / "current").read_text("utf-8").strip()).rglob("*.html"))
    return build.build_id


def _loaded(raw: Store, program: str) -> Iterator[tuple[str, str, int]]:
    """Submission, table and rows of everything loaded, in files of its own or merged."""
    import pyarrow.parquet as pq

    from sources.merged import MERGED, RawQuarter

    for key in raw.parquet_files(program):
        _, table, *period, name = key.split("/")
        rows = pq.ParquetFile(raw.path(key)).metadata.num_rows  # raises where the file is cut
        if name == MERGED:
            parts = RawQuarter(raw, program, table, period[0].removeprefix("period=")).parts
            assert sum(part.rows for part in parts.values()) == rows, f"{key} holds rows of nobody"
            yield from ((number, table, part.rows) for number, part in parts.items())
        else:
            yield name.removesuffix(".parquet"), table, rows


def measure(folder: Path, kills: int = KILLS, each: int = PER_INSTALLATION) -> Result:
    """Kill runs and examine what they leave. Raises where anything was lost, half loaded, twice or other than undisturbed."""
    demo = demo_copy(folder)
    calm = House(Path(shutil.copytree(demo, folder / "calm", symlinks=True)))
    for number in range(each):
        calm.hand_in(number)
    calmly = calm.run()
    assert calmly is not None
    length = calmly
    expected, dice = published(calm.data), random.Random(7)
    shutil.rmtree(calm.data)
    # One moment in each of as many slices of the run as there are kills, in a random order.
    moments = [(at + dice.random()) / kills for at in range(kills)]
    dice.shuffle(moments)
    done, finishing, left, houses = 0, [], Counter[str](), 0
    while done < kills:
        house = House(Path(shutil.copytree(demo, folder / f"house{houses}", symlinks=True)))
        houses += 1
        house.good = {(house.data / "published" / "current").read_text("utf-8").strip()}
        for number in range(each):
            house.hand_in(number)
            former = (house.data / "published" / "current").read_text("utf-8").strip()
            if done < kills:
                ended = house.run(length * moments[done])
                if ended is None:
                    done += 1
                else:  # it has less to do than the undisturbed one, which takes in everything at once
                    length = min(length, ended)
            build = examined(house)
            left["the build before" if build == former else "the new build"] += 1
            house.good.add(build)
            print(f"  kill {done} of {kills}: {build} opens", flush=True)
        took = house.run()
        assert took is not None
        finishing.append(took)
        examined(house)
        assert published(house.data) == expected, "the finished run published something else than the undisturbed one"
        doctor = subprocess.run(
            [executable("impact"), "doctor"],
            env=environment(house.data),
            capture_output=True,
            text=True,
            check=False,
        )
        assert doctor.returncode == 0, doctor.stdout
        shutil.rmtree(house.data)
    rows = [
        ("whole runs killed (SIGKILL to the process group)", done),
        ("installations, each left in peace at the end", houses),
        (
            "moments of the kills, as shares of an undisturbed run",
            f"{min(moments):.2f}–{max(moments):.2f}, one per slice",
        ),
        ("an undisturbed run", f"{calmly:.0f} s"),
        ("the run after the kills, median", f"{statistics.median(finishing):.0f} s"),
        *((f"after the kill {which} is the published one", count) for which, count in sorted(left.items())),
        ("acknowledged returns lost, half loaded or twice", 0),
        ("published tables that differ from the undisturbed run’s", f"0 of {len(expected)}"),
    ]
    text = [
        "A copy of the demo; before every run one more return is handed in. After each kill: the chain of the log, every original by its "
        "hash, rows of every loaded file against its verdict, every published table against its hash, the exports’ folder. "
        "After the finishing run: the hash of every published table, and `impact doctor`.",
        "",
        *grid(("what", "figure"), rows),
    ]
    figure = Figure(
        f"{done} whole runs killed", "0 lost, 0 half loaded, 0 twice, 0 tables differ", aim="none", met=True
    )
    return Result(text, [figure])
