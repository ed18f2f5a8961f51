"""Open standards: the published tables in the forms other people's programs read."""
