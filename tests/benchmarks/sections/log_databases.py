"""Events a second that several writers add to one log, on SQLite and on PostgreSQL, in turn."""

import threading
from functools import partial
from pathlib import Path

from tests.benchmarks.section import Figure, Result, Section, grid, median, spread, timed

WRITERS = (1, 4, 16)
EVENTS = 96
RUNS = 3


def measure(folder: Path) -> Result:
    """The same events by one, four and sixteen writers."""
    from tests.databases import MISSING, is_installed, postgresql

    if not is_installed():
        return Result([MISSING + ".", ""])
    rows, each = [], {}
    with postgresql(fsync=True) as server:
        for writers in WRITERS:
            seconds: dict[str, list[float]] = {"SQLite": [], "PostgreSQL": []}
            for run in range(RUNS):
                urls = {"SQLite": f"sqlite:///{folder}/{writers}-{run}.db", "PostgreSQL": server.database()}
                for name, url in urls.items():
                    seconds[name].append(timed(partial(_write, url, writers)))
            each[writers] = {name: EVENTS / median(values) for name, values in seconds.items()}
            rows += [(writers, name, f"{each[writers][name]:.0f}", spread(v)) for name, v in seconds.items()]
    text = [
        f"{EVENTS} events, each committed to disk before it is answered; the server is on the same machine and each event "
        "opens a connection of its own. With a server on another machine its way there comes on top.",
        "",
        *grid(("writers at once", "log on", "events a second", "min–max s"), rows),
    ]
    four = each[4]
    figure = Figure(
        "events a second of four writers at once, log on PostgreSQL",
        f"{four['PostgreSQL']:.0f}",
        f"{four['PostgreSQL'] / four['SQLite']:.2f} times SQLite",
    )
    return Result(text, [figure])


def _write(url: str, writers: int) -> None:
    from sources.log.events import EventLog

    EventLog(url).append("commented", "first")

    def write(number: int) -> None:
        log = EventLog(url)
        for _ in range(EVENTS // writers):
            log.append("commented", f"w{number}", payload={"text": "a word"})

    threads = [threading.Thread(target=write, args=(number,)) for number in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert EventLog(url).verify() == EVENTS + 1


SECTION = Section("The event log on SQLite and on PostgreSQL", measure=measure, place=75)
