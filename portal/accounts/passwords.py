"""What a password may not be, besides too short or known from leaks."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError

OUR_WORDS = ("coalition", "impact", "warehouse", "trust", "partner", "portal", "program", "health")


class MaximumLength:
    """Long passphrases are welcome; whole books are not hashed."""

    def __init__(self, max_length: int = 256) -> None:
        self.max_length = max_length

    def validate(self, password: str, user: Any = None) -> None:
        """Raise where the password is longer than a passphrase."""
        if len(password) > self.max_length:
            raise ValidationError(f"The password may have at most {self.max_length} characters.", code="too_long")

    def get_help_text(self) -> str:
        """Shown beside the field."""
        return f"At most {self.max_length} characters."


class NotOurWords:
    """Words everybody here would try first."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise where nothing but our own words, digits and signs is left."""
        rest = password.casefold()
        for word in OUR_WORDS:
            rest = rest.replace(word, "")
        if rest != password.casefold() and not re.sub(r"[\W\d_]+", "", rest):
            raise ValidationError("Choose a password that others here would not guess.", code="our_words")

    def get_help_text(self) -> str:
        """Shown beside the field."""
        return "Not only words of this site and numbers."
