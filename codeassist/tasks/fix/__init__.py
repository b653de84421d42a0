"""Patches that a model proposes and that were tried: one finding, one complaint, one instruction."""
