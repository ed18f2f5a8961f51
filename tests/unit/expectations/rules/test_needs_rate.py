"""``needs_rate``: sentences word for word."""

from datetime import date

from sources.contract.model import Column
from tests.unit.expectations.returns import ID, FixedRates, contract, judged, read, rule, sentences, table
from tests.unit.expectations.rules.catalogued import Case, says

AMOUNT = Column("amount", "Amount", "money", "")
CURRENCY = Column("currency", "Currency", "text", "")
PAID = Column("paid_on", "Paid on", "date", "")
FIX = "Ask your program lead to put a sourced rate on file, or give the amount in another currency."


def shape(**params):
    terms = rule("needs_rate", "amount", "currency", amount="amount", currency="currency", **params)
    return table(ID, AMOUNT, CURRENCY, PAID, rules=[terms])


def row(number, amount, currency, paid_on=None):
    return {"event_id": f"EV-{number}", "amount": amount, "currency": currency, "paid_on": paid_on}


def test_a_currency_without_a_rate_is_told_once():
    terms = shape()
    rows = [
        row(1, 5, "NGN"),
        row(2, 5, "USD"),
        row(3, 7, "NGN"),
        row(4, None, "NGN"),
        row(5, 5, None),
        row(6, 1, "EUR"),
    ]
    assert sentences(contract(terms), read(terms, rows)) == [
        f"Sheet Events, C5, C7: there is no euro rate for NGN on 30 September 2026 or in the days before. {FIX}"
    ]


def test_the_rate_is_that_of_the_rows_own_date_where_there_is_one():
    terms = shape(date="paid_on")
    rows = [row(1, 5, "USD", date(2026, 1, 1)), row(2, 5, "USD", date(2026, 7, 3)), row(3, 5, "USD")]
    assert sentences(contract(terms), read(terms, rows)) == [
        f"Sheet Events, C5: there is no euro rate for USD on 1 January 2026 or in the days before. {FIX}"
    ]


def test_each_currency_and_day_is_looked_up_once():
    terms, rates = shape(), FixedRates()
    assert judged(contract(terms), read(terms, [row(n, n, "USD") for n in range(50)]), rates=rates).state == "accepted"
    assert rates.asked == [("USD", date(2026, 9, 30))]


# The catalogue's example.
test_catalogued = says(
    "needs_rate",
    Case(
        lambda: judged(contract(shape()), read(shape(), [row(1, 5, "NGN")])).problems,
        (
            "Sheet Events, C5: there is no euro rate for NGN on 30 September 2026 or in the days before. Ask your program lead to put a sourced rate on file, or give the amount in another currency.",
        ),
    ),
)
