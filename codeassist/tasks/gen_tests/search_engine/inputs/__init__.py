"""Calls as source text: values of each kind, objects, mocks and surroundings, and variations of earlier calls."""
