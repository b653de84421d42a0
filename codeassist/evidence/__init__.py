"""What tasks share about a repository's code: places, packed context, confidence, claims, clones, coverage files."""
