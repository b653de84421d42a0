"""The endpoints, one module a subject; each parses a request, calls one task and returns its JSON form."""
