"""The documentation as one static site: pages of ``docs/``, the published tables, and dbt's own page."""
