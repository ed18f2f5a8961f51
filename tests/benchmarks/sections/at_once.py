"""Twenty uploads at once."""

from tests.benchmarks.section import Section
from tests.benchmarks.uploads import AT_ONCE, at_once

SECTION = Section(f"{AT_ONCE} uploads at once (different returns, one process, one desk)", measure=at_once, place=14)
