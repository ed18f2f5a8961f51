"""Python steps between dbt's selections: what SQL engines cannot compute, such as quantiles of t and beta."""
