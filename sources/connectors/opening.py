"""Which connection an inbox needs, and its credentials out of the environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sources.connectors.model import Inbox, InboxError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sources.connectors.connection import Connection

_PARTS = {"s3": ("s3fs", "S3"), "sftp": ("paramiko", "SFTP"), "https": ("aiohttp", "HTTPS")}


def connect(inbox: Inbox, env: Mapping[str, str]) -> Connection:
    """Open an inbox.

    Args:
        env: The environment that holds its credentials.

    Raises:
        InboxError: where a credential is not set, a part is not installed, or nothing answers.
    """
    secrets = {}
    for role, variable in inbox.credentials.items():
        value = env.get(variable)
        if not value:
            raise InboxError(f"needs the environment variable {variable}, which is not set.")
        secrets[role] = value
    try:
        return _kind(inbox)(inbox, secrets)
    except ModuleNotFoundError as error:
        module, words = _PARTS[inbox.kind]
        raise InboxError(
            f"needs {module}, which is not installed. {words} comes with the extra “connect”: "
            "pip install 'coalition-impact-warehouse[connect]'."
        ) from error


def _kind(inbox: Inbox) -> type[Connection]:
    if inbox.kind == "local":
        from sources.connectors.local import LocalFolder

        return LocalFolder
    if inbox.kind == "s3":
        from sources.connectors.s3 import Bucket

        return Bucket
    if inbox.kind == "sftp":
        from sources.connectors.sftp import SftpFolder

        return SftpFolder
    from sources.connectors.https import WebFolder

    return WebFolder
