"""Read YAML that others wrote: aliases may not multiply it, and nothing contains itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import yaml

LARGEST = 4_000_000
"""The most characters and nodes of a document with its aliases written out."""


def load_yaml(text: str) -> Any:
    """The data of a document, None for an empty one. Raises `yaml.YAMLError`, also for aliases that are too large together.

    A list of aliases of lists of aliases is short on disk and shared in memory, but whoever walks or prints it never ends.
    """
    import yaml

    loader = yaml.SafeLoader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None
        _written_out(node, {})
        return loader.construct_document(node)
    finally:
        loader.dispose()


def _written_out(node: yaml.Node, known: dict[int, int | None]) -> int:
    """The characters and nodes of a node with its aliases written out; `known` has those of nodes, None while one is read."""
    import yaml

    if id(node) in known:
        size = known[id(node)]
        if size is None:
            raise yaml.composer.ComposerError(None, None, "an alias stands for what contains it", node.start_mark)
        return size
    known[id(node)] = None
    size = 1
    if isinstance(node, yaml.ScalarNode):
        size += len(node.value)
    elif isinstance(node, yaml.SequenceNode):
        size += sum(_written_out(item, known) for item in node.value)
    elif isinstance(node, yaml.MappingNode):
        size += sum(_written_out(key, known) + _written_out(value, known) for key, value in node.value)
    if size > LARGEST:
        raise yaml.composer.ComposerError(None, None, "its aliases make it too large", node.start_mark)
    known[id(node)] = size
    return size
