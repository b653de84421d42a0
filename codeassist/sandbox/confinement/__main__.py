"""Start the launcher without importing the packages that it is part of: its parts use the standard library only."""

import os
import sys
import types

parts = types.ModuleType("confinement")
parts.__path__ = [os.path.dirname(os.path.abspath(__file__))]
sys.modules["confinement"] = parts

from confinement.launch import main  # type: ignore[import-not-found]  # noqa: E402

if __name__ == "__main__":
    sys.exit(main())
