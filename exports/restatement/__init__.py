"""The restatement ledger: between any two releases, why every changed figure changed, in parts that add up exactly."""

from exports.restatement.choosing import between, since_last_release
from exports.restatement.compare import restate
from exports.restatement.ledger import Change, Restatement, Share

__all__ = ["Change", "Restatement", "Share", "between", "restate", "since_last_release"]
