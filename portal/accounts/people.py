"""The administrator's pages: who has an account, what they may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.tokens import default_token_generator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.forms import PersonForm
from portal.accounts.models import User

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Everybody with an account."""
    return render(request, "accounts/people.html", {"people": User.objects.all()})


@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, user_id: int | None = None) -> HttpResponse:
    """Add somebody, or change what they may see; a changed role or list ends their sessions."""
    found = get_object_or_404(User, pk=user_id) if user_id is not None else User()
    form = PersonForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        if found.pk == request.user.pk and (found.role != User.Role.ADMIN or not found.is_active):
            form.add_error(None, "You can’t take your own access away. Ask another administrator.")
        else:
            saved = form.save(commit=False)
            if user_id is None:
                saved.set_unusable_password()
            saved.save()
            if user_id is not None and form.changed_data and saved.pk != request.user.pk:
                saved.end_sessions()
            messages.success(request, f"{saved.name} is saved.")
            return redirect("accounts:person", user_id=saved.pk)
    link = _first_password_link(request, found) if found.pk and not found.has_usable_password() else None
    return render(request, "accounts/person.html", {"form": form, "person": found, "link": link})


@require_POST
def sign_person_out(request: HttpRequest, user_id: int) -> HttpResponse:
    """End every session of somebody."""
    found = get_object_or_404(User, pk=user_id)
    found.end_sessions()
    messages.success(request, f"{found.name} is signed out everywhere.")
    return redirect("accounts:person", user_id=found.pk)


def _first_password_link(request: HttpRequest, user: User) -> str:
    ids = {"uidb64": urlsafe_base64_encode(force_bytes(user.pk)), "token": default_token_generator.make_token(user)}
    return request.build_absolute_uri(reverse("accounts:new_password", kwargs=ids))
