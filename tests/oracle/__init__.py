"""R's survey package as the judge of the survey models: seeded designs, and what R says of them."""
