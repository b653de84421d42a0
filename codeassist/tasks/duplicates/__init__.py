"""Code that does what other code already does."""
