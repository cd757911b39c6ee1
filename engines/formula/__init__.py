"""A surface from a formula: grammar, JAX function, minima, and the formula as Python."""
