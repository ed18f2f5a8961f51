"""One quarter handed in at the same moment through the portal, an inbox and the command line."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from orchestration.inboxes import pull
from sources.connectors import Inbox

IMPACT = str(Path(sys.executable).with_name("impact"))
PLACE = ("sample_heal", "heal", "2026-Q3")


@pytest.fixture
def three_ways(installation, desk, partner, signed_in, hand_in, tmp_path):
    """Hands three files in at the same moment, one each way; what each way was told, by its name."""
    import os

    from django.db import connection

    from expectations.desk import Desk
    from portal import house

    inbox = Inbox("a-folder", *PLACE[:2], "local", str(tmp_path / "inbox"), settle_seconds=0, period=("name",))
    (tmp_path / "inbox").mkdir()
    browser, told = signed_in(partner), {}

    def by_portal(data):
        told["portal"] = hand_in(browser, ("return.xlsx", data), follow=False).url
        connection.close()

    def by_inbox(waiting):
        other = Desk(installation, house.contracts(), house.now)
        told["inbox"] = " ".join(line.as_text() for line in pull(other, [inbox], {}, waiting, seconds=60).lines)

    def by_command(path):
        partner, program, period = PLACE
        command = [IMPACT, "submit", str(path), "--partner", partner, "--program", program, "--period", period, "--yes"]
        env = {**os.environ, "IMPACT_DATA": str(installation.data), "IMPACT_USER": "officer"}
        done = subprocess.run([*command, "--json"], env=env, capture_output=True, text=True, check=False)
        told["command"] = done.stdout + done.stderr

    def go(first, second, third):
        (tmp_path / "inbox" / "return 2026-Q3.xlsx").write_bytes(second)
        (tmp_path / "return.xlsx").write_bytes(third)
        waiting = pull(desk, [inbox], {}).waiting
        ways = [(by_portal, first), (by_inbox, waiting), (by_command, tmp_path / "return.xlsx")]
        threads = [threading.Thread(target=way, args=(given,)) for way, given in ways]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return told

    return go


def numbers(told: str) -> set[str]:
    return set(re.findall(r"S\d{6}-[0-9a-f]{4}", told))


@pytest.mark.django_db(transaction=True)
def test_the_same_file_by_three_ways_at_once_is_one_submission(three_ways, desk, heal_return):
    told = three_ways(*[heal_return()] * 3)
    (only,) = desk.state().submissions.values()
    assert only.state == "accepted"
    assert {way: numbers(text) for way, text in told.items()} == {way: {only.id} for way in told}
    assert told.keys() == {"portal", "inbox", "command"}
    desk.log.verify()


@pytest.mark.django_db(transaction=True)
def test_different_files_by_three_ways_at_once_are_all_kept_and_one_counts(three_ways, desk, heal_return):
    files = [heal_return(people_reached=reached) for reached in (120, 130, 140)]
    told = three_ways(*files)
    found = sorted(desk.state().submissions.values(), key=lambda item: item.seq)
    if "/changes/" in told["portal"]:  # it came last: what it would replace is shown first, and nothing is lost
        assert len(found) == 2
    else:
        assert len(found) == 3
        assert numbers(told["portal"]) <= {item.id for item in found}
    assert {item.state for item in found} == {"accepted"}
    assert len({item.content for item in found}) == len(found)
    assert [item.id for item in desk.state().current(*PLACE)] == [found[-1].id]
    assert numbers(told["inbox"]) & {item.id for item in found}
    desk.log.verify()
