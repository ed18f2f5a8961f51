"""Looking at a file without a contract: ``impact inspect``."""

from sources.inspect.inspector import inspect
from sources.inspect.model import Inspection, Sighted

__all__ = ["Inspection", "Sighted", "inspect"]
