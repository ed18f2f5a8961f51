"""What a run cost, what is wrong, and who is told."""
