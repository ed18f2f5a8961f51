"""Actions in countries: Brazil, Japan and the United States."""
