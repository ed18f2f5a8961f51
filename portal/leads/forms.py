"""What a lead types: reasons, waivers, sentences, targets. Whether it may happen is the desk's to say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from expectations.reasons import offered
from sources.log.lead import CONSENT_SCOPES

if TYPE_CHECKING:
    from sources.contract.model import Contract

_DATE = {"type": "date"}


class WhyForm(forms.Form):
    """A reason in words."""

    why = forms.CharField(
        label="Why",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        error_messages={"required": "Say why, in a sentence the partner will read."},
    )


class SignForm(forms.Form):
    """A note beside a signature; it may stay empty."""

    why = forms.CharField(
        label="Note", help_text="Optional.", widget=forms.Textarea(attrs={"rows": 2}), max_length=1000, required=False
    )


class ReopenForm(WhyForm):
    """Why an approval is taken back, as a kind and in words."""

    field_order = ("reason_code", "why")
    reason_code = forms.ChoiceField(
        label="Kind of reason",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the kind of reason."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason_code"].choices = [(item.code, item.label) for item in offered("reopen")]


class WaiverForm(WhyForm):
    """An excuse: what for, until when, why."""

    field_order = ("indicator", "expires_on", "why")
    indicator = forms.ChoiceField(label="What is excused", required=False)
    expires_on = forms.DateField(
        label="Last day it holds",
        help_text="Leave empty if it does not end.",
        required=False,
        widget=forms.DateInput(attrs=_DATE, format="%Y-%m-%d"),
        error_messages={"invalid": "Write the day like 2027-03-31."},
    )

    def __init__(self, contract: Contract, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = indicator_choices(contract)
        self.fields["indicator"].choices = [("", "The whole return"), *names]
        self.fields["why"].help_text = "The reason footnotes every number it touches."


class CommentForm(forms.Form):
    """Signed sentences on a quarter, or a story with its consent."""

    kind = forms.ChoiceField(
        label="What it is",
        choices=[("commentary", "Commentary"), ("story", "A story somebody agreed to have told")],
        widget=forms.RadioSelect,
        initial="commentary",
    )
    text = forms.CharField(
        label="Text",
        help_text="It is shown under your name, apart from computed text.",
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=4000,
        error_messages={"required": "Write what is to be said about the quarter."},
    )
    consent_scope = forms.ChoiceField(
        label="Who it may be shown to",
        help_text="Of a story: what the person agreed to. Commentary for everyone goes into the annual extract.",
        choices=[("", "Leads only, as it is commentary"), *CONSENT_SCOPES.items()],
        required=False,
    )
    consent_expires = forms.DateField(
        label="Last day the consent holds",
        help_text="Only for a story.",
        required=False,
        widget=forms.DateInput(attrs=_DATE, format="%Y-%m-%d"),
        error_messages={"invalid": "Write the day like 2028-12-31."},
    )


class TargetForm(forms.Form):
    """Another target for an indicator's year."""

    indicator = forms.ChoiceField(label="Indicator", error_messages={"required": "Choose the indicator."})
    year = forms.IntegerField(label="Year", error_messages={"required": "Write the year, such as 2028."})
    value = forms.CharField(
        label="Target", max_length=40, error_messages={"required": "Write the number that should be reached."}
    )
    why = forms.CharField(
        label="Why",
        help_text="The reason footnotes every number it touches. Somebody else has to approve the change.",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        error_messages={"required": "Say why the target changes."},
    )

    def __init__(self, contract: Contract, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["indicator"].choices = [("", "Choose …"), *indicator_choices(contract)]


def indicator_choices(contract: Contract) -> list[tuple[str, str]]:
    """Indicators of a program: code and name as the last build has it, else the code in words."""
    from exports import table
    from portal import house

    published = house.published()
    names: dict[str, str] = {}
    if published is not None:
        frame = published.frame(table.KPI)[["indicator_code", "indicator_name"]].dropna().drop_duplicates()
        names = dict(zip(frame["indicator_code"], frame["indicator_name"], strict=True))
    return sorted(
        ((code, names.get(code, code.replace("_", " "))) for code in contract.indicators), key=lambda pair: pair[1]
    )
