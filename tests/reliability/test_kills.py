"""Killed at random moments, nothing that was acknowledged is lost, nothing is half there, nothing counts twice.

``IMPACT_KILLS=500`` raises the number; ``python -m tests.reliability.report --examine`` does so for docs/reliability.md.
"""

from __future__ import annotations

import os

import pytest

from tests.reliability import kills

KILLS = int(os.environ.get("IMPACT_KILLS", "60"))


def test_processes_killed_at_random_moments_lose_nothing(tmp_path, record_property):
    expected, seconds = kills.undisturbed(tmp_path / "undisturbed")
    assert expected
    stories, seed = [], 0
    while sum(story.kills for story in stories) < KILLS:
        seed += 1
        stories.append(kills.case(tmp_path / f"case{seed}", seed, seconds, expected))
    count = sum(story.kills for story in stories)
    moments = {moment for story in stories for moment in story.moments}
    assert len(moments) >= 4, "the kills must fall into different stages"
    record_property("figures", f"{count} kills over {len(stories)} installations: nothing lost, half loaded or twice")


def test_a_lost_original_would_be_noticed(tmp_path):
    """The check itself can fail: an original removed after its receipt was given."""
    story = kills.Story(tmp_path / "story")
    kills.go_on(story, story.told.__setitem__)
    kills.examined(story)
    next((story.data / "landing" / "originals").iterdir()).unlink()
    with pytest.raises(FileNotFoundError):
        kills.examined(story)
