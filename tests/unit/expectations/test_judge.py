"""The judge: states, exit codes, quarantine, nothing told twice, tables that are not there."""

import json
from dataclasses import replace

import pandas as pd
import pytest

from expectations.judge import judge
from expectations.ruleset import ruleset_version
from expectations.verdict import EXIT_CODES, STATES, Verdict
from sources.contract.model import Code, CodeList, Column
from sources.problems import Problem, Question
from sources.reader.result import ReadResult
from tests.unit.expectations.returns import (
    ID,
    PARTNER,
    PERIOD,
    FixedRates,
    Past,
    contract,
    heal,
    heal_rows,
    judged,
    read,
    rows,
    rule,
    table,
    together,
)
from tests.unit.sources.reader import builders

PEOPLE = Column("people", "People", "integer", "", minimum=0, interval=True, unit="people", required=True)
CITY = Column("city", "City", "text", "", required=True, max_length=10, examples=("Detroit",))
EVENTS = table(ID, PEOPLE, CITY)


def row(number, people=10, city="Detroit", event_id=None):
    return {"event_id": event_id or f"EV-{number}", "people": people, "city": city}


def surveys(optional=False):
    survey = Column("survey_id", "Survey ID", "text", "", key=True, required=True)
    event = Column("event_id", "Event ID", "text", "")
    link = rule("references", "event_id", column="event_id", table="events", to="event_id")
    return table(survey, event, rules=[link], name="surveys", optional=optional)


def asked(outcome, **kwargs):
    found = ReadResult(outcome, **kwargs)
    return judge(contract(EVENTS), found, partner=PARTNER, period=PERIOD, history=Past(), rates=FixedRates())


def test_every_state_has_its_exit_code():
    assert dict(EXIT_CODES) == {
        "accepted": 0,
        "accepted_with_warnings": 0,
        "partially_accepted": 0,
        "returned": 1,
        "refused": 3,
        "needs_answer": 4,
    }
    assert set(STATES) == set(EXIT_CODES)


def test_a_good_return_is_accepted_with_counts_and_totals():
    money = Column("amount", "Amount", "money", "")
    terms = table(ID, PEOPLE, money)
    values = [
        {"event_id": "a", "people": 10, "amount": 0.1},
        {"event_id": "b", "people": (0, 4), "amount": 0.2},
        {"event_id": "c", "people": 0, "amount": None},
    ]
    verdict = judged(contract(terms), read(terms, values))
    assert (verdict.state, verdict.exit_code, verdict.loads, verdict.problems) == ("accepted", 0, True, [])
    assert verdict.row_counts == {"events": 3}
    assert verdict.totals == {"events": {"people": "10 to 14", "amount": "0.30"}}


def test_a_heal_return_is_accepted():
    terms = heal()
    survey = [
        {"population_group": "indigenous", "barrier_code": "cost", "responses_count": 31, "mentions_count": (0, 4)}
    ]
    verdict = judged(
        terms,
        read(terms.table("interventions"), heal_rows(), sheet="Interventions"),
        read(terms.table("survey_feedback"), survey, sheet="Patient survey feedback"),
    )
    assert verdict.problems == []
    assert verdict.state == "accepted"


def test_what_the_reader_refused_is_refused():
    problem = Problem("file.empty", "error", "The selected file is empty.")
    verdict = asked("refused", problems=[problem])
    assert (verdict.state, verdict.exit_code, verdict.problems) == ("refused", 3, [problem])


def test_what_the_reader_asks_needs_an_answer():
    question = Question("number_format", "Is 1,234 a thousand or one and a bit?", (("comma", "1.234"),))
    verdict = asked("ask", questions=[question])
    assert (verdict.state, verdict.exit_code, verdict.questions) == ("needs_answer", 4, [question])


def test_a_warning_of_the_reader_is_enough_for_accepted_with_warnings_and_a_notice_is_not():
    for severity, state in (("warning", "accepted_with_warnings"), ("info", "accepted")):
        notice = Problem("file.extra", severity, "Column Z was ignored.")
        assert judged(contract(EVENTS), read(EVENTS, [row(1)]), problems=[notice]).state == state


def test_all_problems_are_told_at_once_money_and_people_first():
    amount = Column("amount", "Amount", "money", "", minimum=0)
    stage = Column("stage", "Stage", "code", "", codes=CodeList("x", (Code("on", "On"), Code("off", "Off"))))
    terms = table(ID, CITY, stage, PEOPLE, amount)
    bad = {"event_id": "a", "city": "x" * 11, "stage": "onn", "people": -1, "amount": -5}
    verdict = judged(contract(terms), read(terms, [bad]))
    assert verdict.state == "returned"
    assert [problem.sentence for problem in verdict.problems] == [
        "Sheet Events, E5: “Amount” cannot be below 0, but here it is −5. Type 0 or more.",
        "Sheet Events, D5: “People” cannot be below 0, but here it is −1. Type 0 or more.",
        "Sheet Events, C5: “onn” is not in the list of “Stage”. Did you mean On?",
        "Sheet Events, B5: “City” has 11 characters; at most 10 are allowed. Shorten the text.",
    ]


def test_a_cell_the_reader_reported_is_not_reported_again():
    told = Problem(
        "sample.events.people.type", "error", "Sheet Events, B5: “1.2k” is shortened.", "q3.xlsx", "Events", ("B5",),
        table="events", column="people", rows=(5,),
    )  # fmt: skip
    terms = replace(EVENTS, rules=(rule("at_most", "people", "people", column="people", other="people"),))
    found = read(terms, [row(1, None), row(2)], bad_cells={"people": {0}})
    assert judged(contract(terms), found, problems=[told]).problems == [told]


def test_an_unreadable_key_is_neither_missing_nor_double():
    told = Problem("sample.events.event_id.type", "error", "…", table="events", column="event_id", rows=(5, 6))
    found = read(EVENTS, [row(1), row(1)], bad_cells={"event_id": {0, 1}})
    assert judged(contract(EVENTS), found, problems=[told]).problems == [told]


def test_an_unreadable_cell_silences_a_comparison_of_sums():
    terms = replace(
        EVENTS, rules=(rule("jump", "people", column="people", factor=10, floor=1, over="table", severity="warning"),)
    )
    past = Past({"events": rows(terms, [row(1, 5000)])})
    assert judged(contract(terms), read(terms, [row(1, 5)]), past=past).state == "accepted_with_warnings"
    told = Problem("sample.events.people.type", "error", "…", table="events", column="people", rows=(6,))
    found = read(terms, [row(1, 5), row(2, None)], bad_cells={"people": {1}})
    assert judged(contract(terms), found, problems=[told], past=past).problems == [told]


def test_a_required_column_that_is_not_there_is_one_problem():
    found = read(EVENTS, [{"event_id": f"EV-{n}", "people": 1} for n in range(40)], without=["city"])
    [problem] = judged(contract(EVENTS), found).problems
    assert problem.sentence == (
        "Sheet Events: there is no column “City”. Add a column with exactly this header and fill it in."
    )
    assert problem.origin == "interpretation"


def test_a_missing_column_the_reader_reported_is_not_reported_again():
    told = Problem(
        "sample.events.city.missing_column", "error", "Sheet Events has no column “City”.", "q3.xlsx", "Events",
        table="events", column="city",
    )  # fmt: skip
    found = read(EVENTS, [{"event_id": "EV-1", "people": 1}], without=["city"])
    assert judged(contract(EVENTS), found, problems=[told]).problems == [told]


def test_a_table_without_rows_is_returned():
    [problem] = judged(contract(EVENTS), read(EVENTS, [])).problems
    assert problem.sentence == (
        "Sheet Events: there are no rows under the headers. Fill in one row per event; if the whole quarter had none, "
        "declare that there is nothing to report."
    )
    assert problem.rule == "sample.events._row.has_rows"


def test_a_missing_table_is_returned_unless_it_is_optional():
    found = read(EVENTS, [row(1)])
    [problem] = judged(contract(EVENTS, surveys()), found).problems
    assert problem.sentence == "The table “Surveys” is missing. Add a sheet with its headers and one row per event."
    assert judged(contract(EVENTS, surveys(optional=True)), found).state == "accepted"


def test_an_optional_table_without_rows_is_fine():
    found = read(EVENTS, [row(1)]), read(surveys(optional=True), [], sheet="Surveys")
    assert judged(contract(EVENTS, surveys(optional=True)), *found).state == "accepted"


def test_a_missing_table_the_reader_reported_is_not_reported_again():
    told = Problem("sample.surveys.missing_table", "error", "There is no table “Surveys”.", table="surveys")
    assert judged(contract(EVENTS, surveys()), read(EVENTS, [row(1)]), problems=[told]).problems == [told]


def test_a_table_that_was_handed_in_before_may_be_left_out_of_a_correction():
    told = Problem("sample.surveys._row.table_missing", "error", "The table “Surveys” was not found.", table="surveys")
    terms, found = contract(EVENTS, surveys()), ReadResult("read", {"events": read(EVENTS, [row(1)])}, [told])
    place = {"partner": PARTNER, "period": PERIOD, "history": Past(), "rates": FixedRates()}
    assert judge(terms, found, **place).state == "returned"
    verdict = judge(terms, found, **place, standing={"surveys": "S000012-7f3a"})
    assert (verdict.state, verdict.row_counts) == ("accepted", {"events": 1})
    [problem] = verdict.problems
    assert (problem.severity, problem.rule) == ("info", "sample.surveys._row.table_stands")
    assert problem.sentence == (
        "“Surveys” is not in this return. What was handed in for it before (receipt S000012-7f3a) still counts."
    )


def test_an_empty_table_the_reader_spoke_of_is_left_at_that():
    told = Problem("sample.surveys._row.no_rows", "warning", "Sheet Surveys has no rows.", table="surveys")
    found = read(EVENTS, [row(1)]), read(surveys(), [], sheet="Surveys")
    verdict = judged(contract(EVENTS, surveys()), *found, problems=[told])
    assert (verdict.state, verdict.problems) == ("accepted_with_warnings", [told])
    assert verdict.row_counts == {"events": 1, "surveys": 0}


def test_quarantine_leaves_out_bad_rows_only_where_the_contract_allows_it():
    found = read(EVENTS, [row(1), row(2, -5), row(3, 7), row(4, city=None)])
    returned = judged(contract(EVENTS), found)
    assert (returned.state, returned.quarantined, returned.row_counts) == ("returned", {}, {"events": 4})
    partly = judged(contract(EVENTS, quarantine=True), found)
    assert (partly.state, partly.exit_code) == ("partially_accepted", 0)
    assert partly.quarantined == {"events": [1, 3]}
    assert partly.quarantined_row_count == 2
    assert partly.row_counts == {"events": 2}
    assert partly.totals == {"events": {"people": "17"}}
    assert partly.error_count == 2


def test_quarantine_takes_rows_the_reader_could_not_read_all_of_them():
    told = Problem(
        "sample.events.people.type",
        "error",
        "…",
        "q3.xlsx",
        "Events",
        count=3,
        table="events",
        column="people",
        rows=(6,),
    )
    found = read(EVENTS, [row(n, None if n in (1, 2, 3) else 5) for n in range(5)], bad_cells={"people": {1, 2, 3}})
    verdict = judged(contract(EVENTS, quarantine=True), found, problems=[told])
    assert (verdict.state, verdict.quarantined) == ("partially_accepted", {"events": [1, 2, 3]})


@pytest.mark.parametrize(
    "problem",
    [
        Problem("file.x", "error", "Something about the whole file."),
        Problem("sample.events.city.missing_column", "error", "…", table="events", column="city"),
    ],
)
def test_an_error_without_rows_returns_the_return(problem):
    verdict = judged(contract(EVENTS, quarantine=True), read(EVENTS, [row(1), row(2)]), problems=[problem])
    assert (verdict.state, verdict.quarantined) == ("returned", {})


def test_a_return_of_bad_rows_only_is_returned():
    verdict = judged(contract(EVENTS, quarantine=True), read(EVENTS, [row(1, -1), row(2, -1)]))
    assert (verdict.state, verdict.quarantined) == ("returned", {})


def test_both_rows_of_a_double_key_are_left_out():
    found = read(EVENTS, [row(1), row(2), row(3, event_id="EV-1")])
    assert judged(contract(EVENTS, quarantine=True), found).quarantined == {"events": [0, 2]}


def test_rows_that_hang_on_a_row_left_out_are_left_out_and_told():
    terms = contract(EVENTS, surveys(), quarantine=True)
    links = [{"survey_id": f"S-{n}", "event_id": event} for n, event in enumerate(["EV-1", "EV-2", "EV-1"])]
    verdict = judged(terms, read(EVENTS, [row(1), row(2, -5)]), read(surveys(), links, sheet="Surveys"))
    assert verdict.state == "partially_accepted"
    assert verdict.quarantined == {"events": [1], "surveys": [1]}
    assert verdict.row_counts == {"events": 1, "surveys": 2}
    assert [problem.cells for problem in verdict.problems] == [("B6",), ("B6",)]
    assert "“Event ID” EV-2 is in no row of “Events”" in verdict.problems[1].sentence


def test_a_key_that_stands_twice_in_two_sheets_is_told_in_both():
    found = together(read(EVENTS, [row(1)]), read(EVENTS, [row(1)], sheet="More", first_row=9))
    assert [problem.sentence for problem in judged(contract(EVENTS), found).problems] == [
        "Sheet Events, row 5: “Event ID” EV-1 appears twice, also in sheet More, row 9. Give each event one row.",
        "Sheet More, row 9: “Event ID” EV-1 appears twice, also in sheet Events, row 5. Give each event one row.",
    ]


def test_csv_is_told_by_line_and_files_by_name_where_there_are_several():
    one = judged(contract(EVENTS), read(EVENTS, [row(1, -1)], sheet=None, file="a.csv"))
    assert one.problems[0].sentence.startswith("Line 5, column B: “People” cannot be below 0")
    assert one.problems[0].cells == ("line 5, column B",)
    more = together(
        read(EVENTS, [row(1, -1)], sheet=None, file="a.csv"), read(EVENTS, [row(2, city=None)], file="b.xlsx")
    )
    assert [problem.sentence for problem in judged(contract(EVENTS), more).problems] == [
        "File a.csv, line 5, column B: “People” cannot be below 0, but here it is −1. Type 0 or more.",
        "File b.xlsx, sheet Events, C5: “City” is empty. Fill it in, for example Detroit.",
    ]


def test_personal_data_stands_in_no_message_and_no_result():
    email = Column("email", "E-mail", "text", "", pattern="^[^@]+@[^@]+$", personal="contact", examples=("a@b.org",))
    terms = table(ID, email)
    verdict = judged(contract(terms), read(terms, [{"event_id": "a", "email": "Maria Muster 555-1234"}]))
    assert verdict.problems[0].sentence == (
        "Sheet Events, B5: this value is not how “E-mail” is written. Write it like a@b.org."
    )
    assert "Muster" not in json.dumps(verdict.as_dict(results=True))


def test_a_verdict_survives_json():
    verdict = judged(contract(EVENTS), read(EVENTS, [row(1, -1), row(1, city=None)]))
    value = json.loads(json.dumps(verdict.as_dict(results=True)))
    assert Verdict.from_dict(value) == verdict
    assert "results" not in verdict.as_dict()
    assert (value["error_count"], value["warning_count"]) == (3, 0)


def test_results_are_those_of_great_expectations_and_say_what_they_belong_to():
    verdict = judged(contract(EVENTS), read(EVENTS, [row(n, -1) for n in range(300)]))
    [result] = verdict.results
    assert result["meta"] == {
        "great_expectations_version": result["meta"]["great_expectations_version"],
        "program": "sample",
        "table": "events",
        "partner": "sample",
        "period": "2026-Q3",
        "ruleset": verdict.ruleset,
    }
    [failed] = [item for item in result["results"] if not item["success"]]
    assert failed["expectation_config"]["type"] == "expect_column_values_to_be_between"
    assert failed["expectation_config"]["meta"] == {"rule": "sample.events.people.range"}
    assert failed["result"]["unexpected_count"] == 300
    assert len(failed["result"]["unexpected_index_list"]) == 200


def test_the_ruleset_changes_with_contract_and_code_lists():
    terms = contract(EVENTS)
    lists = table(ID, Column("a", "A", "code", "", codes=CodeList("x", (Code("on", "On"),))))
    more = table(ID, Column("a", "A", "code", "", codes=CodeList("x", (Code("on", "On"), Code("off", "Off")))))
    versions = [ruleset_version(item) for item in (terms, replace(terms, sha256="1"), contract(lists), contract(more))]
    assert len(set(versions)) == 4
    assert all(len(version) == 12 for version in versions)
    assert ruleset_version(terms) == versions[0]


def test_a_frame_with_another_index_is_judged_by_position():
    found = read(EVENTS, [row(1), row(2, -5), row(3)])
    found.frame.index = pd.Index([7, 8, 9])
    assert judged(contract(EVENTS), found).problems[0].rows == (6,)


def test_one_cause_gives_one_line():
    people = Column("people", "People", "integer", "", minimum=0, unit="people")
    asked = Column("asked", "Asked", "integer", "", unit="people")
    rules_there = [
        rule("at_most", "people", "asked", column="asked", other="people"),
        rule("jump", "people", column="people", factor=10, floor=5, severity="warning"),
        rule("jump", "people", column="people", factor=10, floor=5, over="table", severity="warning"),
    ]
    shape = table(ID, people, asked, rules=rules_there)
    past = Past({"events": rows(shape, [{"event_id": f"EV-{n}", "people": 900, "asked": 1} for n in range(3)])})
    found = read(shape, [{"event_id": f"EV-{n}", "people": p, "asked": 1} for n, p in enumerate((-5, 900, 900))])
    told = judged(contract(shape), found, past=past).problems
    assert [problem.sentence for problem in told] == [
        "Sheet Events, B5: “People” cannot be below 0, but here it is −5. Type 0 or more."
    ]


def test_a_rule_of_its_own_cause_in_another_row_is_told_all_the_same():
    people = Column("people", "People", "integer", "", minimum=0)
    asked = Column("asked", "Asked", "integer", "")
    shape = table(ID, people, asked, rules=[rule("at_most", "asked", "people", column="asked", other="people")])
    found = read(shape, [{"event_id": "EV-1", "people": -5, "asked": 1}, {"event_id": "EV-2", "people": 3, "asked": 4}])
    told = {problem.rule: problem.rows for problem in judged(contract(shape), found).problems}
    assert told == {"sample.events.people.range": (5,), "sample.events.asked.at_most": (6,)}


def test_a_missing_column_is_told_once_and_not_again_for_each_of_its_rows():
    lines = [["Visit ID", "Place", "Rating"], *([f"V-{n}", "Detroit", 4] for n in range(500))]
    found = builders.read(builders.xlsx(("KPI", lines)))
    place = {"partner": builders.partner(), "period": PERIOD, "history": Past(), "rates": FixedRates()}
    verdict = judge(builders.CONTRACT, found, **place)
    assert (verdict.state, [p.rule for p in verdict.problems]) == ("returned", ["demo.visits.people.column_missing"])
