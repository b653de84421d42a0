"""Tests in JavaScript, TypeScript, Go, Java and Rust: what reading them shows."""

from __future__ import annotations

from codeassist.tasks.test_audit.languages.reading import EXTENSIONS, LANGUAGES, ReadTest, read_tests

__all__ = ["EXTENSIONS", "LANGUAGES", "ReadTest", "read_tests"]
