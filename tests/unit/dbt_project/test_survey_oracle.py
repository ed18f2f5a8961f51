"""Every figure of the survey engine is R's, over seeded designs of every kind (`make oracle` asks R anew)."""

from __future__ import annotations

import pytest

from tests.oracle.comparing import EXPECTED, differences, expected
from tests.oracle.designs import Survey, surveys

SURVEYS = surveys()


def test_the_oracle_is_large_enough_and_says_which_r_it_asked() -> None:
    asked = expected()
    assert set(asked) == {survey.name for survey in SURVEYS}
    assert len(asked) >= 18
    assert sum(map(len, asked.values())) >= 180
    assert EXPECTED.read_text(encoding="utf-8").startswith("# R version 4.")
    assert {row["nchs"] for rows in asked.values() for row in rows.values()} == {
        "present", "review", "suppress", "no_data", "",
    }  # fmt: skip


@pytest.mark.parametrize("survey", SURVEYS, ids=lambda survey: survey.name)
def test_every_figure_is_r_s(survey: Survey) -> None:
    assert differences(survey) == []
