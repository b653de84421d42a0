"""Runs two versions of a module side by side, in the sandbox. Standard library only; uses the search engine beside it."""
