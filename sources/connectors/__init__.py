"""Where partners leave files for us: folders, S3-compatible storage, SFTP and HTTPS, one way for all.

Belongs here: which inboxes there are, what lies in them, fetching it safely, leaving an answer. Does not belong
here: what is handed in and what becomes of it (``orchestration.inboxes``).
"""

from sources.connectors.config import load_inboxes
from sources.connectors.connection import Connection, fetch, look
from sources.connectors.model import ConfigProblem, Found, Inbox, InboxError, LeftAlone, NotYet
from sources.connectors.opening import connect

__all__ = [
    "ConfigProblem",
    "Connection",
    "Found",
    "Inbox",
    "InboxError",
    "LeftAlone",
    "NotYet",
    "connect",
    "fetch",
    "load_inboxes",
    "look",
]
