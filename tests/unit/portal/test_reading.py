"""Which pages of a build are for whom: a lead's own programs, a partner's own page, the release for all but partners."""

from __future__ import annotations

import pytest

from portal.reading import may_read

HEAL, CHEER, ALL = "restricted/pages/leads/heal.html", "restricted/pages/leads/cheer/kpis.csv", "restricted/pages/leads/quality.html"  # fmt: skip
MINE, THEIRS = "restricted/pages/partners/sample_heal.html", "restricted/pages/partners/sample_heal_south/sent.csv"
LEADERSHIP, METHODS = "release/pages/leadership/index.html", "release/pages/methods/definitions.html"
ELSEWHERE = "restricted/kpi/all.xlsx"
FIGURE, OTHER = (
    "restricted/figures/heal_people_trained/2026-Q3-since_start.html",
    "restricted/figures/cheer_roundtables/2026-Q3-since_start.html",
)
EXACT, SHOWN = "restricted/restatement.html", "release/restatement.html"


@pytest.mark.parametrize(
    ("role", "readable"),
    [
        ("partner", {MINE, METHODS}),
        ("lead", {HEAL, FIGURE, SHOWN, LEADERSHIP, METHODS}),
        ("leadership", {SHOWN, LEADERSHIP, METHODS}),
        ("admin", {HEAL, CHEER, ALL, FIGURE, OTHER, EXACT, SHOWN, LEADERSHIP, METHODS}),
    ],
)
def test_everybody_reads_what_is_theirs(role, readable, person):
    user = person(role, partners=["sample_heal"], programs=["heal"])
    tried = {HEAL, CHEER, ALL, MINE, THEIRS, LEADERSHIP, METHODS, ELSEWHERE, FIGURE, OTHER, EXACT, SHOWN}
    assert {name for name in tried if may_read(user, name)} == readable


def test_who_leads_every_program_reads_the_pages_over_all(person):
    from portal import house

    user = person("lead", programs=sorted(house.contracts()))
    assert may_read(user, ALL)
    assert may_read(user, EXACT)


@pytest.mark.parametrize(
    "name",
    ["release/../restricted/kpi/all.xlsx", "restricted/pages/leads/../partners/x.html", "kpi", "release//x.html"],
)
def test_a_crooked_name_is_not_there(name, person, signed_in):
    assert signed_in(person("admin")).get(f"/read/{name}").status_code == 404


def test_before_the_first_build_the_list_is_empty(person, signed_in):
    answer = signed_in(person("lead", programs=["heal"])).get("/read/")
    assert answer.status_code == 200
    assert "No pages have been published yet." in answer.content.decode()
