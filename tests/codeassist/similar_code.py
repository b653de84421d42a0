"""Functions for tests of duplicates: `TWIN` does the same as `ORIGINAL`, `OTHER` does something else."""

from __future__ import annotations

ORIGINAL = '''def merge_settings(defaults, given):
    """Merge two trees of settings."""
    merged = dict(defaults)
    for key, value in given.items():
        if isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = merge_settings(merged[key], value)
        else:
            merged[key] = value
    return merged
'''
TWIN = """def combine_options(base, extra):
    result = dict(base)
    for name, option in extra.items():
        if isinstance(option, dict) and isinstance(result.get(name), dict):
            result[name] = combine_options(result[name], option)
        else:
            result[name] = option
    return result
"""
OTHER = """def count_words(text):
    counts = {}
    for word in text.split():
        word = word.strip(".,").lower()
        if not word:
            continue
        counts[word] = counts.get(word, 0) + 1
    return sorted(counts.items(), key=lambda pair: -pair[1])
"""
