"""The restatement ledger: between any two releases, why every changed figure changed, in parts that add up exactly."""

from exports.restatement.choosing import before_this, between
from exports.restatement.compare import restate
from exports.restatement.ledger import Change, Restatement, Share

__all__ = ["Change", "Restatement", "Share", "before_this", "between", "restate"]
