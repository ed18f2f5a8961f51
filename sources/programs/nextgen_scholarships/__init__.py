"""NextGen Scholarships."""
