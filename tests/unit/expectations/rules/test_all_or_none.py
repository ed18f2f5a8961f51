"""``all_or_none``: sentences word for word."""

from dataclasses import replace

import pytest

from sources.contract.model import Code, CodeList, Column
from tests.unit.expectations.returns import ID, contract, judged, read, rule, sentences, table
from tests.unit.expectations.rules.catalogued import Case, says

WAVE = Column("wave", "Wave", "text", "")
COUNTRY = Column(
    "country", "Country", "code", "", codes=CodeList("c", (Code("GB", "United Kingdom"), Code("JP", "Japan")))
)
WEIGHT = Column("weight", "Weight", "decimal", "")
RULE = rule("all_or_none", "weight", "wave", "country", column="weight", within=["wave", "country"])
SHAPE = table(ID, WAVE, COUNTRY, WEIGHT, rules=[RULE])


def asked(*weights, wave="2022", country="GB"):
    return [
        {"event_id": f"{wave}-{country}-{n}", "wave": wave, "country": country, "weight": weight}
        for n, weight in enumerate(weights)
    ]


def test_each_group_that_is_filled_in_part_is_told_with_its_blank_rows():
    rows = asked(1.0, None, 0.8, None) + asked(None, 1.2, country="JP")
    assert sentences(contract(SHAPE), read(SHAPE, rows)) == [
        "Sheet Events, D6, D8: “Weight” is blank in 2 of the 4 rows of 2022, United Kingdom and filled in the others. "
        "Fill it in for all of them, or for none.",
        "Sheet Events, D9: “Weight” is blank in 1 of the 2 rows of 2022, Japan and filled in the others. "
        "Fill it in for all of them, or for none.",
    ]


def test_a_warning_asks_for_confirmation():
    shape = replace(SHAPE, rules=(replace(RULE, severity="warning"),))
    verdict = judged(contract(shape), read(shape, asked(0.0, None)))
    assert verdict.state == "accepted_with_warnings"
    assert verdict.problems[0].sentence.endswith("filled in the others. Confirm it if it is right.")


@pytest.mark.parametrize(
    "rows",
    [
        asked(1.0, 0.0, 0.8),
        asked(None, None),
        asked(1.0, 0.8) + asked(None, None, country="JP") + asked(None, wave="2025"),
    ],
    ids=["all filled, zero included", "none filled", "another country or wave is another group"],
)
def test_all_or_none_within_country_and_wave_is_fine(rows):
    assert judged(contract(SHAPE), read(SHAPE, rows)).state == "accepted"


def test_many_groups_become_one_line():
    rows = [row for year in range(2000, 2008) for row in asked(None, 1.0, wave=str(year))]
    [said] = sentences(contract(SHAPE), read(SHAPE, rows))
    assert "“Weight” is filled in some rows of a group and blank in 8 others. For example" in said


# The catalogue's example.
test_catalogued = says(
    "all_or_none",
    Case(
        lambda: judged(contract(SHAPE), read(SHAPE, asked(1.0, None, 0.8))).problems,
        (
            "Sheet Events, D6: “Weight” is blank in 1 of the 3 rows of 2022, United Kingdom and filled in the others. Fill it in for all of them, or for none.",
        ),
    ),
)
