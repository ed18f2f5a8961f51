"""The portal as it is served, and a signed-in partner who uploads."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import requests

from orchestration import serving
from sources.settings import Settings
from tests.benchmarks.watched import Peak
from tests.benchmarks.worker import places

_EMAIL, _PASSWORD = "bench@partner.example", "only-for-this-benchmark-7Q"
_THREADS = 8
_PERSON = f"""
from portal.accounts.models import User
User.objects.create_user({_EMAIL!r}, {_PASSWORD!r}, name="Bench", role="partner",
                         partners=["sample_heal", "sample_heal_south"])
"""


class Portal:
    """A house of its own and the server over it; a context manager."""

    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"
        settings = Settings.at(folder)
        settings.data.mkdir(parents=True)
        env = serving.environment(settings, self.url, https=False)
        env = {name: value for name, value in env.items() if not name.startswith("BENCH_")}
        serving.prepare(env)
        subprocess.run(
            [sys.executable, "-m", "django", "shell", "-c", _PERSON], env=env, check=True, capture_output=True
        )
        self._server = subprocess.Popen(serving.command("127.0.0.1", self._port, _THREADS), env=env)
        try:
            self._await()
        except BaseException:
            self.__exit__()
            raise

    def __enter__(self) -> Portal:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.terminate()
        self._server.wait(timeout=60)

    def upload(self, paths: Sequence[str], *, at_once: int) -> tuple[list[float], float, int]:
        """Hand each file in for a place of its own: seconds of each, of all, and the server's peak memory."""
        session = self._signed_in()
        self._hand_in(session, paths[0], places()[len(paths)])  # the first upload of a process warms it
        todo, seconds, lock = list(zip(paths, places(), strict=False)), [], threading.Lock()
        gate = threading.Barrier(at_once)

        def work() -> None:
            gate.wait()
            while True:
                with lock:
                    if not todo:
                        return
                    path, place = todo.pop()
                start = time.perf_counter()
                self._hand_in(session, path, place)
                seconds.append(time.perf_counter() - start)

        workers = [threading.Thread(target=work) for _ in range(at_once)]
        start = time.perf_counter()
        with Peak(self._server.pid) as peak:
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
        whole = time.perf_counter() - start
        assert len(seconds) == len(paths), "an upload failed"
        return seconds, whole, peak.highest

    def _await(self) -> None:
        for _ in range(600):
            try:
                if requests.get(f"{self.url}/health/", timeout=60).ok:
                    return
            except requests.RequestException:
                time.sleep(0.1)
        raise RuntimeError("the portal did not start")

    def _signed_in(self) -> dict[str, str]:
        """Cookies of a session."""
        with requests.Session() as browser:
            browser.get(f"{self.url}/sign-in/", timeout=60)
            form = {"username": _EMAIL, "password": _PASSWORD, "csrfmiddlewaretoken": browser.cookies["csrf"]}
            answer = browser.post(f"{self.url}/sign-in/", data=form, timeout=60)
            assert answer.ok, answer.status_code
            assert "session" in browser.cookies, "not signed in"
            return dict(browser.cookies)

    def _hand_in(self, cookies: dict[str, str], path: str, place: tuple[str, str]) -> None:
        partner, period = place
        url = f"{self.url}/returns/{partner}/heal/{period}/hand-in/"
        with requests.Session() as browser, Path(path).open("rb") as stream:
            browser.cookies.update(cookies)
            headers = {"X-CSRFToken": cookies["csrf"], "Origin": self.url}
            answer = browser.post(url, files={"files": stream}, headers=headers, timeout=600)
        assert answer.status_code == 200, (answer.status_code, answer.text[:500])
        assert "ccepted" in answer.text, answer.text[:2000]
