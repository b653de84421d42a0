"""Which files are indexed: walking a folder, git, ignore rules, what content is skipped, decoding."""
