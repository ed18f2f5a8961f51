"""The program lead's side: what waits for review, sign-off, KPI tables and where their numbers come from."""
