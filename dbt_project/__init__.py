"""What it means: the dbt project, and the Python steps between its selections."""
