"""``in_list``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import Case, cells, says

test_sentences = says(
    "in_list",
    Case(
        lambda: cells("Stage", "Runing", "Planned"),
        ("Sheet Site visits, D2: “Runing” is not in the list of “Stage”. Did you mean “Running”?",),
    ),
    Case(
        lambda: cells("Stage", "gone", "Planned"),
        ("Sheet Site visits, D2: “gone” is not in the list of “Stage”. Choose “Planned” or “Running”.",),
    ),
)
