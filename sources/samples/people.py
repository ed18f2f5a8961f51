"""Keyed hashes of invented persons, so that programs share some of them as real ones would."""

from __future__ import annotations

import hmac

#: Name of the key, as partners give it beside their person keys.
KEY_NAME = "sample-2024"
#: It protects nobody: the persons are invented. Real keys are held outside the warehouse.
_KEY = b"Synthetic sample key of invented persons"
_WITHOUT_CONSENT = 7


def person_key(person: int) -> str | None:
    """HMAC-SHA256 of an invented person as 64 hexadecimal digits; one in seven has not agreed to it."""
    if person % _WITHOUT_CONSENT == 0:
        return None
    return hmac.new(_KEY, f"invented person {person}".encode(), "sha256").hexdigest()


def keyed(person: int) -> dict[str, str | None]:
    """The two columns of a person key, both empty where there is none."""
    key = person_key(person)
    return {"person_key": key, "person_key_name": KEY_NAME if key else None}
