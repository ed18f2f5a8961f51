"""The coalition of non-profits, activists, businesses and governments."""
