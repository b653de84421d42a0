"""Tests that a language model proposes, in any language a test runner is known for."""
