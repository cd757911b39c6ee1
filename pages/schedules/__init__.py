"""The page `schedules`."""
