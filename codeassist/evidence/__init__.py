"""Evidence about a repository's code that tasks share: places, packed context, confidence, claims, clones, coverage files."""
