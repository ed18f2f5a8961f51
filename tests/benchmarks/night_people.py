"""The partners of a deadline night: when each comes, what file each brings, and what each does with the site. Synthetic."""

from __future__ import annotations

import hashlib
import html
import io
import random
import re
import threading
import time
import zipfile
from dataclasses import dataclass, field
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from tests.benchmarks.files import heal_workbook

PROGRAM, PERIOD, PASSWORD = "heal", "2026-Q3", "only-for-this-benchmark-7Q"
#: Rows of a return, and how many in a thousand are that long; small ones are of any length between two figures.
SMALL, MIDDLE, LARGE = (50, 500), 5_000, 20_000
OF_A_THOUSAND = {MIDDLE: 60, LARGE: 10}
WRONG_CELLS, WRONG_FILES, TWICE, SAME_AGAIN, DOUBLE = 0.15, 0.03, 0.05, 0.05, 0.05
OFFICE, OFFICE_ADDRESS = 0.3, "127.200.0.1"
_BASES = {"small": 160, MIDDLE: 6, LARGE: 2}
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Person:
    """One partner's data officer.

    Attributes:
        at: When they come, as a share of the hour.
        base: Which of the prepared returns they bring; ``mended`` is the one they send after mistakes were named.
        act: ``once``, ``double`` (two clicks), ``same`` (the same file again), ``twice`` (another file again).
    """

    number: int
    at: float
    base: tuple[str, int, bool]
    act: str
    address: str

    @property
    def code(self) -> str:
        """Partner code."""
        return f"night_{self.number:04d}"

    @property
    def email(self) -> str:
        """Account."""
        return f"{self.code}@partner.example"


@dataclass
class Told:
    """What one person met.

    Attributes:
        signed_in: Seconds from the moment they came until their first page.
        answered: Seconds of each upload until its verdict stood on the screen.
        receipts: Submission id and SHA-256 of the file, for each answer.
        sent: How often “Hand in” was pressed with a file, double clicks as one.
    """

    person: Person
    signed_in: float = 0.0
    answered: list[float] = field(default_factory=list)
    receipts: list[tuple[str, str]] = field(default_factory=list)
    sent: int = 0
    problem: str = ""


def crowd(count: int, seed: int = 7) -> list[Person]:
    """Everybody, in the order they come: most in the last minutes before the deadline, a few just after it opened."""
    dice = random.Random(seed)
    rows = [size for size, share in OF_A_THOUSAND.items() for _ in range(max(1, round(share * count / 1000)))]
    found = []
    for number in range(count):
        size = rows[number] if number < len(rows) else "small"
        draw = dice.random()
        wrong = draw < WRONG_CELLS
        kind = "file" if WRONG_CELLS <= draw < WRONG_CELLS + WRONG_FILES else size
        base = (str(kind), dice.randrange(_BASES[size]), wrong)
        draw = dice.random()
        acts = (("double", DOUBLE), ("same", SAME_AGAIN), ("twice", TWICE))
        act, before = "once", 0.0
        for name, share in acts:
            if before <= draw < before + share:
                act = name
            before += share
        inside = dice.random() < OFFICE
        address = OFFICE_ADDRESS if inside else f"127.{10 + number // 250}.0.{1 + number % 250}"
        found.append(Person(number, arrival(dice.random()), base, act, address))
    return sorted(found, key=lambda person: person.at)


def arrival(draw: float) -> float:
    """When somebody comes, as a share of the hour: a third at any time, two thirds ever more towards its end."""
    return draw * 3 if draw < 1 / 3 else 1 - (1 - (draw - 1 / 3) * 1.5) ** 3


#: Returns made ahead, by other processes.
READY: dict[tuple[str, int, bool], bytes] = {}


def prepared(base: tuple[str, int, bool]) -> bytes:
    """A return by its kind, number and whether cells are wrong."""
    kind, number, wrong = base
    if base in READY:
        return READY[base]
    if kind == "file":
        return _wrong_file(number)
    dice = random.Random(number)
    rows = dice.randint(*SMALL) if kind == "small" else int(kind)
    return heal_workbook(rows, seed=1000 * (kind != "small") + number, bad=0.02 if wrong else 0.0)


def own(data: bytes, mark: str) -> bytes:
    """The same return as a file of one's own: other bytes, the same cells."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return data + mark.encode()
    sink = io.BytesIO(data)
    with zipfile.ZipFile(sink, "a") as archive:
        archive.comment = mark.encode()
    return sink.getvalue()


def _wrong_file(number: int) -> bytes:
    """What people pick by mistake: a letter, a picture, an empty file name's worth of text, a return cut in the middle."""
    kinds = (
        b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n" + b"%" * 4000,
        b"\x89PNG\r\n\x1a\n" + b"\0" * 4000,
        b"Dear all,\nplease find our figures attached.\n",
        prepared(("small", number, False))[:3000],
    )
    return kinds[number % len(kinds)]


class _From(HTTPAdapter):
    """Requests that come from an address of one's own; all of 127.0.0.0/8 is this machine."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs, source_address=(self._address, 0))


class Visit:
    """A browser with one person before it."""

    def __init__(self, url: str, person: Person, told: Told, patience: float = 900) -> None:
        self._url, self._person, self._told, self._patience = url, person, told, patience
        self._browser = requests.Session()
        self._browser.trust_env = False
        self._browser.mount("http://", _From(person.address))
        self._page = f"/returns/{person.code}/{PROGRAM}/{PERIOD}/"

    def go(self, came: float, think: float) -> None:
        """Everything the person does; ``came`` is when they came, by the monotonic clock."""
        person, told = self._person, self._told
        with self._browser:
            self._ask("GET", "/sign-in/")
            form = {
                "username": person.email,
                "password": PASSWORD,
                "csrfmiddlewaretoken": self._browser.cookies["csrf"],
            }
            page = self._ask("POST", "/sign-in/", data=form)
            assert "Your returns" in page.text, "not signed in"
            told.signed_in = time.monotonic() - came
            time.sleep(think)
            kind, number, wrong = person.base
            first = own(prepared(person.base), f"{person.code} a")
            answer = self._hand_in(first, twice=person.act == "double")
            if person.act == "same":
                time.sleep(think)
                self._hand_in(first)
            if person.act == "twice" or (wrong and answer):
                time.sleep(think)
                other = (kind if kind != "file" else "small", number, False)
                self._hand_in(own(prepared(other), f"{person.code} b"))

    def _hand_in(self, data: bytes, *, twice: bool = False) -> bool:
        """Press “Hand in”, and yes where the site asks; whether an answer came."""
        page = self._ask("GET", self._page)
        once = re.search(r'name="once" value="([^"]+)"', page.text)
        assert once is not None, "no form to hand in"
        self._told.sent += 1
        start, answers = time.monotonic(), []

        def press() -> None:
            answers.append(
                self._ask(
                    "POST",
                    f"{self._page}hand-in/",
                    data={"once": once[1]},
                    files={"files": ("return.xlsx", data, _XLSX)},
                )
            )

        clicks = [threading.Thread(target=press) for _ in range(2 if twice else 1)]
        for click in clicks:
            click.start()
        for click in clicks:
            click.join()
        assert len(answers) == len(clicks), "a click got no answer"
        for page in answers:
            if "/changes/" in page.url:
                page = self._ask("POST", page.url.removeprefix(self._url), data={"reason": "New figures."})
            named = re.search(r"answer=(S\d+-[0-9a-f]+)", page.url)
            assert named is not None, _words(page.text)
            self._told.receipts.append((named[1], hashlib.sha256(data).hexdigest()))
        self._told.answered.append(time.monotonic() - start)
        return True

    def _ask(self, method: str, path: str, **given: Any) -> requests.Response:
        headers = {"X-CSRFToken": self._browser.cookies.get("csrf", ""), "Origin": self._url, "Referer": self._url}
        page = self._browser.request(method, self._url + path, headers=headers, timeout=self._patience, **given)
        assert page.status_code == 200, f"{page.status_code}: {_words(page.text)}"
        return page


def _words(page: str) -> str:
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", page).split()))[:300]
