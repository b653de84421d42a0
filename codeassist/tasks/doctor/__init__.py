"""Checks of an installation and of one repository's index."""
