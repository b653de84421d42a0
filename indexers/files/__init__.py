"""Selecting and reading the files to index: folder walk, git, ignore rules, skipped content, decoding."""
