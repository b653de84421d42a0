"""The command line: each command in a file of its own parses, calls one function and renders."""
