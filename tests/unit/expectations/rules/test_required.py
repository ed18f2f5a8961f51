"""``required``: sentences word for word."""

from sources.contract.model import Column
from tests.unit.expectations.rules.catalogued import STAGES, Case, says, typed

test_sentences = says(
    "required",
    Case(
        lambda: typed(
            Column("c", "Stage", "code", "", required=True, codes=STAGES, examples=("Running",)), None, "running", None
        ),
        ("Sheet Events, B5, B7: “Stage” is empty. Choose from the list, for example Running.",),
    ),
)
