"""Data before training: centred, standardized, rotated, whitened, and what that does to a descent."""
