"""`python -m codeassist.mcp SOCKET [IDLE]`: the process that all agents of a user share; see `shared`."""

from __future__ import annotations

import sys

from codeassist.mcp.quick_imports import quick_imports

if __name__ == "__main__":
    with quick_imports():
        from codeassist.mcp.shared import main
    main(*sys.argv[1:])
