"""Who reads it: pandas over published tables, written out for program leads and for leadership.

Belongs here: publishing the ``pub_*`` tables as Parquet, and every file made from them (KPI tables,
the annual progress extract). Does not belong here: arithmetic on indicators (``dbt_project``), and
anything that opens the warehouse file; only :func:`exports.published.write_published` is handed a
connection, by whoever holds the warehouse.
"""
