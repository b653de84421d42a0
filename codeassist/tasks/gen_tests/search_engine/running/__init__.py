"""One run of a call: the instrumented module, limits, what is observed, and what is undone afterwards."""
