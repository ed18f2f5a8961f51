"""The First 5 Minutes."""
