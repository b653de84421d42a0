"""The editor interface: the language server protocol over the tasks of this program."""
