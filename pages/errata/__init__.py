"""The page `errata`."""
