"""Which folder is the repository (`roots`), where its index is (`folders`), and the index, built or opened (`opening`)."""

from __future__ import annotations

from codeassist.workspace.folders import (
    cache_folder,
    cached_files,
    contexts_file,
    default_folders,
    index_dir,
    index_exists,
    repository_key,
)
from codeassist.workspace.opening import Freshness, build, open_fresh, open_index, refresh
from codeassist.workspace.options import index_options, walk_rules, with_pinned_encoder
from codeassist.workspace.roots import (
    MOST_NAMED,
    distinct_names,
    find_root,
    quoted,
    repositories_below,
    require_first_index,
    require_ordinary,
)

__all__ = [
    "MOST_NAMED",
    "Freshness",
    "build",
    "cache_folder",
    "cached_files",
    "contexts_file",
    "default_folders",
    "distinct_names",
    "find_root",
    "index_dir",
    "index_exists",
    "index_options",
    "open_fresh",
    "open_index",
    "quoted",
    "refresh",
    "repositories_below",
    "repository_key",
    "require_first_index",
    "require_ordinary",
    "walk_rules",
    "with_pinned_encoder",
]
