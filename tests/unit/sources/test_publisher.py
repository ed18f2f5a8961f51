"""The publisher's file: read strictly, with a sentence for every mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from sources.contract.load import REFERENCE_DIR
from sources.publisher import FILE, PublisherError, load_publisher

SHIPPED = (REFERENCE_DIR / FILE).read_text("utf-8")


def test_what_is_shipped_names_no_real_organisation() -> None:
    publisher = load_publisher()
    assert publisher.is_example
    assert {one.ref for one in publisher.participants} <= {publisher.identifier, None}
    assert publisher.documents == ()


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("identifier: AA-AAA-123456789", "identifier: AA 1", "“AA 1” is no identifier: no blanks and none of / & | ?."),
        ("  type: \"90\"\n  is_", "  type: 90\n  is_", "organisation: “type” is missing or no text. Put codes in quotes."),
        ("language: en", "langauge: en", "the file has the unknown key “langauge”."),
        ("is_secondary_reporter: false", "is_secondary_reporter: 0", "“is_secondary_reporter” is true or false."),
        ("documents: []", "documents: [{url: 'javascript:x', title: t, format: f, category: B01}]", "is no web address"),
        ("documents: []", "documents: 3", "“documents” is a list."),
        ("organisation:", "organisation: [", "not valid YAML"),
    ],
)  # fmt: skip
def test_a_mistake_is_told(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    assert old in SHIPPED
    path = tmp_path / FILE
    path.write_text(SHIPPED.replace(old, new, 1), "utf-8")
    with pytest.raises(PublisherError, match=FILE) as told:
        load_publisher(path)
    assert sentence in str(told.value)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(PublisherError, match="is missing: it says who publishes"):
        load_publisher(tmp_path / FILE)
