"""Runs in the project's own interpreter, in a scratch copy: imports a module, searches for inputs, observes, selects.

This package uses only the standard library and imports nothing from codeassist: the folder is copied next to the scratch copy
and started with `python -m`. Calls are kept as source text, so that the generated tests contain exactly what was observed.
"""
