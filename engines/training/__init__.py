"""Real networks on real data: the experiment, its query string, the compiled loop and what is read off it."""
