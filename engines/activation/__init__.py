"""One activation by itself: its curve, and what learns behind it."""
