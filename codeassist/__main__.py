"""`python -m codeassist`."""

from codeassist.cli.app import entry

if __name__ == "__main__":
    entry()
