"""Pages for what went wrong: plain, the same for everybody, nothing given away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def problem(request: HttpRequest, status: int, title: str, *sentences: str) -> HttpResponse:
    """A page that says in plain words what did not happen and what to do."""
    return render(request, "problem.html", {"title": title, "sentences": sentences}, status=status)


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """What was sent can't be understood."""
    return problem(
        request, 400, "That did not work", "What your browser sent could not be understood. Go back and try again."
    )


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Django's own refusals."""
    return problem(request, 403, "That is not possible", "Go back and try again, or sign in anew.")


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Nothing there, or nothing there for this person: the same answer."""
    return problem(
        request,
        404,
        "Page not found",
        "If you typed the address, check it. If you pasted it, check that you copied all of it.",
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """A defect of ours."""
    return problem(
        request,
        500,
        "Sorry, something went wrong",
        "Nothing you handed in before is lost. Try again in a few minutes.",
    )


def not_by_address(request: HttpRequest, allowed: str) -> HttpResponse:
    """An address that only takes what a form sends."""
    response = problem(
        request,
        405,
        "There is no page at this address",
        "It only takes what a form sends. Nothing was changed. Go back to the page with the form.",
    )
    response["Allow"] = allowed
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open too long, or that another site sent."""
    return problem(
        request,
        403,
        "This page was open for too long",
        "Nothing was sent. Go back, load the page again, and repeat what you did.",
    )


def locked_out(request: HttpRequest, credentials: Any = None, *args: Any, **kwargs: Any) -> HttpResponse:
    """Too many wrong passwords from one place for one account."""
    return problem(
        request,
        429,
        "Too many tries",
        "The e-mail address or password was wrong too often. Wait 15 minutes, then try again.",
        "You can also set a new password.",
    )


def too_often(request: HttpRequest, seconds: int) -> HttpResponse:
    """A limit of a costly route."""
    minutes = max(1, round(seconds / 60))
    wait = "a minute" if minutes == 1 else f"{minutes} minutes"
    response = problem(
        request,
        429,
        "Too many requests",
        f"You did this very often in a short time. Wait {wait}, then try again. Nothing is lost.",
    )
    response["Retry-After"] = str(seconds)
    return response


def too_large(request: HttpRequest, sentence: str) -> HttpResponse:
    """More bytes than may be sent at once."""
    return problem(request, 413, "The selected file is too large", sentence)
