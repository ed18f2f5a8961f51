"""Signing in and out, and the account page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash, views
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.forms import ChangePasswordForm, NewPasswordForm, ResetForm, SignInForm
from portal.errors import too_often
from portal.middleware import begin
from portal.throttle import full, limited, over

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class SignIn(views.LoginView):
    """E-mail address and password; a session begins with a new id.

    What is limited by address is wrong tries: a whole office, or everybody behind one proxy, may come within an hour.
    """

    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_redirect_url(self) -> str:
        """Where the person wanted to go; never back here, which would go round in circles."""
        target = str(super().get_redirect_url())
        return "" if target.partition("?")[0] == self.request.path else target

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Look at what was typed, unless too many wrong tries came from there."""
        wait = full("sign_in", request)
        return too_often(request, wait) if wait is not None else super().post(request, *args, **kwargs)

    def form_invalid(self, form: Any) -> HttpResponse:
        """Count the wrong try."""
        over("sign_in", self.request)
        return super().form_invalid(form)

    def form_valid(self, form: Any) -> HttpResponse:
        """Begin a session; nothing of an earlier one goes over."""
        self.request.session.flush()
        login(self.request, form.get_user())
        return redirect(self.get_success_url())


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session here and in the database."""
    logout(request)
    return redirect("accounts:sign_in")


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """What we know of the person, and their ways to be safe."""
    return render(request, "accounts/account.html")


@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out on every device but this one."""
    request.user.end_sessions()
    update_session_auth_hash(request, request.user)
    begin(request)
    messages.success(request, "You are signed out everywhere else.")
    return redirect("accounts:account")


@require_POST
def reminders(request: HttpRequest) -> HttpResponse:
    """Switch e-mail reminders on or off."""
    request.user.reminders = request.POST.get("reminders") == "on"
    request.user.save(update_fields=["reminders"])
    messages.success(request, "Reminders are on." if request.user.reminders else "Reminders are off.")
    return redirect("accounts:account")


@method_decorator(sensitive_post_parameters(), name="dispatch")
class ChangePassword(views.PasswordChangeView):
    """A new password ends every other session."""

    template_name = "accounts/change_password.html"
    form_class = ChangePasswordForm
    success_url = reverse_lazy("accounts:account")

    def form_valid(self, form: Any) -> HttpResponse:
        """Say that it is done."""
        response = super().form_valid(form)
        begin(self.request)
        messages.success(self.request, "Your password is changed. You are signed out everywhere else.")
        return response


@method_decorator(limited("reset"), name="dispatch")
class AskReset(views.PasswordResetView):
    """Send a link; the answer is the same whether or not there is such an account."""

    template_name = "accounts/reset.html"
    email_template_name = "accounts/reset_mail.txt"
    subject_template_name = "accounts/reset_subject.txt"
    form_class = ResetForm
    success_url = reverse_lazy("accounts:reset_sent")

    def form_valid(self, form: Any) -> HttpResponse:
        """Links in e-mails use the site's own address, never what a request claims."""
        from django.conf import settings

        scheme, _, host = settings.PORTAL_URL.partition("://")
        form.save(
            domain_override=host,
            use_https=scheme == "https",
            email_template_name=self.email_template_name,
            subject_template_name=self.subject_template_name,
            request=self.request,
        )
        return redirect(self.get_success_url())


class NewPassword(views.PasswordResetConfirmView):
    """Set a password with the link from the e-mail."""

    template_name = "accounts/new_password.html"
    form_class = NewPasswordForm
    success_url = reverse_lazy("accounts:sign_in")

    def form_valid(self, form: Any) -> HttpResponse:
        """Then sign in with it."""
        response = super().form_valid(form)
        messages.success(self.request, "Your new password is set. Sign in with it.")
        return response


@require_safe
def reset_sent(request: HttpRequest) -> HttpResponse:
    """What to do now."""
    return render(request, "accounts/reset_sent.html")
