"""Pictures drawn on the server: an experiment to PNG, GIF or SVG, looking as it does in the player. Knows nothing of HTTP."""
