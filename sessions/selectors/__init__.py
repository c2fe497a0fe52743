"""Questions about sessions and openings."""
