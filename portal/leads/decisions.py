"""One way to carry a decision to the desk and its answer back to the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from expectations.desk_results import DeskError

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.forms import Form

__all__ = ["attempt"]


def attempt(form: Form, decide: Callable[[], Any]) -> bool:
    """Try a decision; what the desk refuses with stands in the form as its error.

    Returns:
        Whether it happened.
    """
    try:
        decide()
    except DeskError as error:
        form.add_error(None, error.sentence)
        return False
    return True
