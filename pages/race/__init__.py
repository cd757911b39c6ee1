"""The page `race`."""
