"""What all share: records, registry, queries, problems, settings. Imports neither streamlit nor plotly."""

import jax

# Two-dimensional descents run in double precision so that they match references to 1e-9 over a thousand steps. Both are set
# once, here, before any array exists.
jax.config.update("jax_enable_x64", True)
# A computation runs in the thread that asks for it, with that thread's priority (web/lanes.py), and not in one of XLA's own.
jax.config.update("jax_cpu_enable_async_dispatch", False)
