"""The rules of Rust: modules and `use`, paths, the types of receivers, and methods of types and traits."""

from __future__ import annotations

from indexers.graph.resolution.rust.resolver import RustResolver

__all__ = ["RustResolver"]
