"""Run a project's code safely: confinement, scratch copies, interpreters, test runners and their results."""
