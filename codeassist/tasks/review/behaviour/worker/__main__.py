"""`python -m ENGINE JOB RESULT`: explore two versions of a module at once and write down where they differ."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .comparer import Comparer
from .protocol import Job, Version


def read_job(data: dict[str, Any]) -> Job:
    """Convert a job from its JSON form."""
    return Job(**(data | {"before": Version(**data["before"]), "after": Version(**data["after"])}))


def main() -> int:
    """Run one job and return the exit code."""
    job = read_job(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    path = Path(sys.argv[2])
    result = Comparer(job).run()
    partial = path.with_suffix(".part")
    partial.write_text(json.dumps(asdict(result)), encoding="utf-8")
    os.replace(partial, path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
