"""Forms of people: sign in, passwords, and what an administrator says of somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, PasswordResetForm, SetPasswordForm

from portal import house
from portal.accounts.models import User

if TYPE_CHECKING:
    from django.http import HttpRequest


class SignInForm(AuthenticationForm):
    """E-mail address and password."""

    error_messages: ClassVar[dict[str, str]] = {
        "invalid_login": "The e-mail address or password is wrong.",
        "inactive": "The e-mail address or password is wrong.",
    }

    def __init__(self, request: HttpRequest | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        email, password = self.fields["username"], self.fields["password"]
        email.label = "E-mail address"
        email.widget = forms.EmailInput(attrs={"autocomplete": "username", "spellcheck": "false"})
        email.error_messages["required"] = "Enter your e-mail address."
        password.error_messages["required"] = "Enter your password."

    def clean_username(self) -> str:
        """One spelling of an address, so that tries are counted together."""
        return str(self.cleaned_data["username"]).strip().casefold()


class ResetForm(PasswordResetForm):
    """Ask for a link to set a new password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "E-mail address"
        self.fields["email"].error_messages["required"] = "Enter your e-mail address."


class NewPasswordForm(SetPasswordForm):
    """A new password, twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain_password_fields(self)


class ChangePasswordForm(PasswordChangeForm):
    """The password of now, and a new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = "Password now"
        self.error_messages = {**self.error_messages, "password_incorrect": "The password you have now is another one."}
        _plain_password_fields(self)


class PersonForm(forms.ModelForm):
    """What an administrator says of somebody."""

    partners = forms.MultipleChoiceField(
        label="Hands in for", required=False, widget=forms.CheckboxSelectMultiple, help_text="For partners."
    )
    programs = forms.MultipleChoiceField(
        label="Leads", required=False, widget=forms.CheckboxSelectMultiple, help_text="For program leads."
    )

    class Meta:
        """Fields of the model that may be set."""

        model = User
        fields: ClassVar[list[str]] = ["name", "email", "role", "partners", "programs", "is_active"]
        widgets: ClassVar[dict[str, Any]] = {"role": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        contracts = sorted(house.contracts().values(), key=lambda item: item.title)
        names = {one.code: f"{one.name} – {item.title}" for item in contracts for one in item.partners}
        self.fields["partners"].choices = sorted(names.items(), key=lambda pair: pair[1])
        self.fields["programs"].choices = [(item.program, item.title) for item in contracts]
        self.fields["role"].choices = User.Role.choices
        self.fields["name"].error_messages["required"] = "Enter the person’s name."
        self.fields["email"].error_messages["required"] = "Enter the person’s e-mail address."
        self.fields["role"].error_messages["required"] = "Choose what the person comes for."

    def clean_email(self) -> str:
        """One spelling of an address is one person."""
        email = str(self.cleaned_data["email"]).strip().casefold()
        if User.objects.filter(email=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("There is already an account with this address.")
        return email

    def clean(self) -> dict[str, Any]:
        """A partner hands in for somebody, a lead leads something."""
        cleaned = super().clean() or {}
        if cleaned.get("role") == User.Role.PARTNER and not cleaned.get("partners"):
            self.add_error("partners", "Choose at least one partner the person hands in for.")
        if cleaned.get("role") == User.Role.LEAD and not cleaned.get("programs"):
            self.add_error("programs", "Choose at least one program the person leads.")
        return cleaned


def _plain_password_fields(form: forms.Form) -> None:
    first, second = form.fields["new_password1"], form.fields["new_password2"]
    first.label, second.label = "New password", "New password again"
    first.help_text = "At least 12 characters. A few words in a row are easy to remember. Pasting is fine."
    second.help_text = ""
    form.error_messages = {**form.error_messages, "password_mismatch": "The two new passwords differ."}
