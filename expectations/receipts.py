"""Receipts anyone can check later: their seal, their signature, the files, and whether the log still holds them.

What each proof shows: the seal, that the receipt was not altered by accident; the files' hashes, that these are the
bytes that were received. Only a signature, or the log, shows that the receipt was issued here: whoever alters a receipt
can make a new seal.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations.desk_files import bundle
from sources.log.event import ChainBroken, canonical

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sources.log.events import EventLog
    from sources.reader import InputFile

SEAL, SIGNATURE = "seal", "signature"
_NEEDED = ("number", "files", "verdict", "log_head", SEAL)
_HEX = re.compile(r"[0-9a-f]{64}")


class KeyProblem(ValueError):
    """A signing key that cannot be used; the message says how to write one."""


def sealed(value: Mapping[str, Any], key: str | None = None) -> dict[str, Any]:
    """A receipt with its seal and, where there is a key, its signature.

    Args:
        key: 64 hexadecimal digits (the secret of an Ed25519 key pair), or the path of a file that holds them.

    Raises:
        KeyProblem: where the key cannot be used.
    """
    plain = {name: item for name, item in value.items() if name not in (SEAL, SIGNATURE)}
    made = {**plain, SEAL: _seal(plain)}
    if key is None:
        return made
    secret = _secret(key)
    public = secret.public_key().public_bytes_raw().hex()
    signed = secret.sign(canonical(made).encode()).hex()
    return {**made, SIGNATURE: {"algorithm": "ed25519", "public_key": public, "value": signed}}


def public_key(key: str) -> str:
    """The public half of a signing key, to be handed to whoever checks receipts."""
    return str(_secret(key).public_key().public_bytes_raw().hex())


def verify(receipt: Mapping[str, Any], files: Sequence[InputFile], *, key: str | None = None) -> list[str]:
    """Check a receipt with nothing but itself and the files.

    Args:
        key: The public key the receipt must be signed with.

    Returns:
        One plain sentence for everything that does not hold; none where the receipt is verified.
    """
    if not _is_receipt(receipt):
        return ["This is no receipt. Give the JSON file that “impact receipt” writes, or the portal hands out."]
    plain = {name: item for name, item in receipt.items() if name not in (SEAL, SIGNATURE)}
    found = []
    if receipt[SEAL] != _seal(plain):
        found.append("The receipt was altered: its seal does not fit what it says.")
    return found + _signature(receipt, key) + _files(receipt, files)


def verify_in_log(receipt: Mapping[str, Any], log: EventLog) -> list[str]:
    """Check that the log holds what the receipt says, and that the log itself is whole."""
    try:
        log.verify(head=str(receipt["log_head"]))
    except ChainBroken as error:
        return [f"The log does not bear the receipt out: {error}."]
    found = []
    mine = [event for event in log.events() if event.submission_id == receipt["number"]]
    received = next((event for event in mine if event.kind == "received"), None)
    if received is None:
        return [f"The log knows no submission {receipt['number']}."]
    named = {(item["name"], item["sha256"], item["size"]) for item in receipt["files"]}
    if named != {(item["name"], item["sha256"], item["size"]) for item in received.payload["files"]}:
        found.append("The log names other files for this submission.")
    place = (receipt.get("partner"), receipt.get("program"), receipt.get("period"))
    if place != (received.partner, received.program, received.period):
        found.append("The log names another partner, program or quarter for this submission.")
    judged = next((event for event in mine if event.hash == receipt["log_head"]), None)
    if judged is None:
        return [*found, "The log head on the receipt belongs to another submission."]
    if judged.kind == "judged" and not receipt.get("erased_rows"):
        rows = {table["name"]: table["rows"] for table in receipt.get("tables", ())}
        if rows != judged.payload["row_counts"]:
            found.append("The log counts other rows than the receipt.")
        taken_back = receipt["verdict"] in ("withdrawn", "returned")
        if receipt["verdict"] != judged.payload["state"] and not taken_back:
            found.append(f"The log's verdict is “{judged.payload['state']}”, the receipt's “{receipt['verdict']}”.")
    return found


def _is_receipt(value: Any) -> bool:
    """Whether a value has the shape of a receipt; anybody may hand in anything to be checked."""
    if not isinstance(value, dict) or not all(name in value for name in _NEEDED):
        return False
    files, tables = value["files"], value.get("tables", ())
    if not isinstance(files, list) or not isinstance(tables, list | tuple):
        return False
    return all(
        isinstance(item, dict)
        and isinstance(item.get("name"), str)
        and isinstance(item.get("sha256"), str)
        and isinstance(item.get("size"), int)
        for item in files
    ) and all(isinstance(item, dict) and isinstance(item.get("name"), str) and "rows" in item for item in tables)


def _seal(plain: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(dict(plain)).encode()).hexdigest()


def _files(receipt: Mapping[str, Any], files: Sequence[InputFile]) -> list[str]:
    """What does not hold of the files: each named one is there, byte for byte, and no other."""
    given = bundle(files)
    wanted = {item["sha256"]: item for item in receipt["files"]}
    found = []
    for sha256, item in wanted.items():
        data = given.originals.get(sha256)
        if data is None:
            found.append(f"“{item['name']}” as it was received is not among the files given.")
        elif len(data) != item["size"]:
            found.append(f"“{item['name']}” has {len(data):,} bytes, the receipt says {item['size']:,}.")
    for item in given.files:
        if item["sha256"] not in wanted:
            found.append(
                f"“{item['name']}” is not what was received: its SHA-256 is {item['sha256']}. "
                "It is another file, or was saved again since."
            )
    if not found and not str(receipt["number"]).endswith(f"-{given.content[:4]}"):
        found.append(f"The number {receipt['number']} does not belong to these files.")
    return found


def _signature(receipt: Mapping[str, Any], key: str | None) -> list[str]:
    signature = receipt.get(SIGNATURE)
    if signature is None:
        return ["The receipt is not signed, but a key was given to check its signature."] if key else []
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    signed = canonical({name: item for name, item in receipt.items() if name != SIGNATURE}).encode()
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(signature["public_key"]))
        public.verify(bytes.fromhex(signature["value"]), signed)
    except (InvalidSignature, ValueError, KeyError, TypeError):
        return ["The signature does not fit the receipt."]
    if key is not None and key.strip().lower() != signature["public_key"]:
        return ["The receipt is signed with another key than the one given."]
    return []


def _secret(key: str) -> Any:
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    except ImportError as error:
        raise KeyProblem("Receipts are signed with the package cryptography, which is not installed.") from error

    text = key.strip()
    if not _HEX.fullmatch(text.lower()) and Path(text).expanduser().is_file():
        text = Path(text).expanduser().read_text(encoding="utf-8").strip()
    if not _HEX.fullmatch(text.lower()):
        raise KeyProblem("IMPACT_RECEIPT_KEY must be 64 hexadecimal digits, or a file that holds them.")
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(text))
