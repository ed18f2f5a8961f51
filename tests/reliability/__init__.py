"""Nothing lost: processes killed at random moments, and what is left afterwards compared with an undisturbed run."""
