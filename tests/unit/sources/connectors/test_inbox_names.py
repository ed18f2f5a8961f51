"""What file and folder names tell."""

import pytest

from sources.connectors.names import fits, is_ignored, quarter_of


@pytest.mark.parametrize(
    ("name", "quarter"),
    [
        ("HEAL_2026-Q3_v2.xlsx", "2026-Q3"),
        ("heal 2026Q3", "2026-Q3"),
        ("Q3 2026", "2026-Q3"),
        ("return(2026-Q3)final", "2026-Q3"),
        ("3rd quarter 2026", "2026-Q3"),
        ("2026-Q3 and Q3 2026", "2026-Q3"),
        ("2026-Q2 vs 2026-Q3", None),
        ("2026-Q5", None),
        ("1999-Q1", None),
        ("return 2026", None),
        ("return", None),
    ],
)
def test_the_quarter_in_a_name(name, quarter):
    assert quarter_of(name) == quarter


def test_a_program_reported_once_a_year_needs_only_the_year():
    assert quarter_of("report_2025.xlsx", yearly=True) == "2025-Q4"
    assert quarter_of("report 2024 2025", yearly=True) is None
    assert quarter_of("report 120251", yearly=True) is None


def test_patterns_do_not_mind_the_case():
    assert fits("HEAL.XLSX", ["*.csv", "*.xlsx"])
    assert not fits("HEAL.pdf", ["*.csv", "*.xlsx"])


@pytest.mark.parametrize("name", ["", ".", "..", "a/b.csv", "a\\b.csv", "a\0.csv"])
def test_what_is_no_file_name_is_ignored(name):
    assert is_ignored(name)
