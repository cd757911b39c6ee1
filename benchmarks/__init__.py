"""How fast, and against what: `python benchmarks/bench.py`."""
