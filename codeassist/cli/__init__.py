"""The command line: one module per command, which parses its arguments, calls one task function and prints the result."""
