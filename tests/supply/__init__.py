"""What the warehouse is made of: ``python -m tests.supply bill|licences|audit`` (also ``make supply`` and ``make audit``).

The lock says which packages; what they say of themselves comes from the installed distributions. Belongs here: what
is told of other people's packages. Does not belong here: setting them up (the Makefile).
"""

from pathlib import Path

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "requirements.lock"
PROJECT = ROOT / "pyproject.toml"
BILL = ROOT / "docs" / "bill-of-materials.json"
PAGE = ROOT / "docs" / "licences.md"
