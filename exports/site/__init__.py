"""Pages in Evidence's manner: Markdown with named SQL and components in, self-contained HTML with its data out.

Belongs here: the engine. What pages say stands in ``exports/pages``; what is computed stands in ``dbt_project``.
"""
