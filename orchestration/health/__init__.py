"""Is the installation whole, and could it be lost: what is examined, copied away and brought back."""
