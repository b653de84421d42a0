"""Runs inside the project's own interpreter, in a scratch copy: imports a module, searches for inputs, observes, selects.

Only the standard library is used here, and nothing of codeassist is imported: the folder is copied beside the scratch copy and
started with `python -m`. Everything is kept as source text, so that what was observed is what will be written.
"""
