"""Optimizers on surfaces: the experiment, its query string, the compiled loop and what is read off it."""
