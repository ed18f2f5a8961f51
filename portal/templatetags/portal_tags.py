"""How the pages word and mark things: states, days, moments, sizes, attributes of fields."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from exports import wording
from sources import periods

register = template.Library()

#: Sign, words and kind of every state; the sign and the words say it, colour only helps.
STATES = {
    "accepted": ("✓", "Accepted", "good"),
    "accepted_with_warnings": ("!", "Accepted, to be confirmed", "warn"),
    "partially_accepted": ("◐", "Partly accepted", "warn"),
    "returned": ("↩", "To correct", "bad"),
    "refused": ("✗", "Could not be read", "bad"),
    "needs_answer": ("?", "Needs your answer", "warn"),
    "withdrawn": ("–", "Withdrawn", "quiet"),
    "received": ("…", "Being checked", "quiet"),
    "erased": ("–", "Erased", "quiet"),
    "approved": ("✓", "Approved", "good"),
    "reported": ("✓", "Handed in", "good"),
    "confirmed_zero": ("0", "Nothing to report", "good"),
    "due": ("●", "Due", "warn"),
    "missing": ("!", "Overdue", "bad"),
    "excused": ("–", "Excused", "quiet"),
    "not_due": ("○", "Not due yet", "quiet"),
    "provisional": ("◌", "Provisional", "quiet"),
    "released": ("✓", "Released", "good"),
}


@register.simple_tag
def tag(state: str) -> SafeString:
    """A state as a small label with its sign."""
    sign, words, kind = STATES.get(str(state), ("", str(state).replace("_", " "), "quiet"))
    return format_html(
        '<span class="tag tag-{}"><span class="tag-sign" aria-hidden="true">{}</span> {}</span>', kind, sign, words
    )


@register.filter
def quarter(period: str) -> str:
    """``2026-Q3`` → ``Q3 2026 (July to September)``."""
    try:
        year, number = periods.parse(period)
    except ValueError:
        return str(period)
    first, last = periods.first_day(period), periods.last_day(period)
    return f"Q{number} {year} ({first:%B} to {last:%B})"


@register.filter
def quarter_short(period: str) -> str:
    """``2026-Q3`` → ``Q3 2026``."""
    try:
        year, number = periods.parse(period)
    except ValueError:
        return str(period)
    return f"Q{number} {year}"


@register.filter
def day(value: date | None) -> str:
    """``30 October 2026``."""
    return "" if value is None else f"{value.day} {value:%B %Y}"


@register.filter
def moment(value: datetime | None) -> str:
    """``30 October 2026, 14:05 UTC``."""
    return "" if value is None else f"{value.day} {value:%B %Y, %H:%M} UTC"


@register.filter
def deadline(value: date | None) -> str:
    """The end of a day, with its zone: ``30 October 2026, 23:59 UTC``."""
    return "" if value is None else f"{value.day} {value:%B %Y}, 23:59 UTC"


@register.simple_tag
def received(item: Any) -> str:
    """When a return came in; where it was written down later than it came, both."""
    recorded = moment(item.received_at)
    if item.received_on == item.received_at.date():
        return recorded
    return f"{day(item.received_on)} (recorded {recorded})"


@register.filter
def size(value: int) -> str:
    """``12 kB``, ``3.4 MB``."""
    if value < 1000:
        return f"{value} bytes"
    return f"{value / 1e3:,.0f} kB" if value < 1e6 else f"{value / 1e6:,.1f} MB"


@register.filter
def number(value: Any) -> str:
    """Digits grouped."""
    return wording.count(value)


@register.filter
def grouped(text: Any) -> str:
    """A number kept as text, digits grouped; anything else as it is."""
    whole, dot, rest = str(text).partition(".")
    return f"{int(whole):,}{dot}{rest}" if whole.lstrip("-").isdigit() else str(text)


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """A value by its key."""
    return mapping.get(key) if mapping is not None else None


@register.filter
def initial(value: str) -> str:
    """The first letter large."""
    text = str(value)
    return text[:1].upper() + text[1:]


@register.filter
def described(field: Any) -> Any:
    """A form field's control that names its hint and its error to those who hear the page."""
    ids = [
        f"{field.id_for_label}-{part}" for part, there in (("hint", field.help_text), ("error", field.errors)) if there
    ]
    attributes = {"aria-describedby": " ".join(ids)} if ids else {}
    if field.errors:
        attributes["aria-invalid"] = "true"
    return field.as_widget(attrs=attributes)


#: What a partner is asked to do, by what the ledger calls the next step.
_NEXT_STEPS = {
    "partner: answer the question": "Answer a question, so that your file can be read.",
    "partner: correct and hand in again": "Correct your return and hand it in again.",
    "partner: confirm the warnings": "Confirm what looks unusual, or hand in a corrected file.",
    "partner: hand in": "Hand in your return, or say that there is nothing to report.",
}


@register.filter
def todo(step: str) -> str:
    """What to do next, in a sentence."""
    return _NEXT_STEPS.get(step, step)


@register.filter
def todo_state(row: Any) -> str:
    """The state that goes with what is to be done, where a newer return than the one that counts asks for it."""
    step = str(row.next_step)
    if "correct" in step:
        return "returned"
    if "answer" in step:
        return "needs_answer"
    return str(row.verdict) if "confirm" in step else str(row.state)


@register.filter
def days_left(due: date, today: date) -> str:
    """``, in 3 days``; empty where it is long or past."""
    days = (due - today).days
    if days < 0 or days > 31:
        return ""
    return {0: ", today", 1: ", tomorrow"}.get(days, f", in {days} days")


@register.filter
def ends(period_kind: str) -> str:
    """What a return is due after."""
    return {"year": "year ends", "wave": "wave’s quarter ends"}.get(period_kind, "quarter ends")
