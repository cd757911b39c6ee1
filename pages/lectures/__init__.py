"""The page `lectures`."""
