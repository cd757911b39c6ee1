"""The page `initialization`."""
