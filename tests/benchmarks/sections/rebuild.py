"""A full rebuild from 10⁵ to 10⁸ indicator rows, and the same queries without dbt."""

from tests.benchmarks.rebuilds import by_rows
from tests.benchmarks.section import Section

SECTION = Section("Full rebuild against the number of rows (dbt build, and its queries alone)", by_rows, 40, long=True)
