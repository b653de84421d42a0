"""Tests proposed by a language model, in any language with a supported test runner."""
