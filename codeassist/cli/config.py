"""`codeassist config`: every value and where it came from."""

from __future__ import annotations

from codeassist import config as configuration
from codeassist import workspace
from codeassist.cli.common import HERE, AsJson, Repo, print_json, safe


def config(repo: Repo = HERE, as_json: AsJson = False) -> None:
    """Show the configuration in force, and the file, variable or default behind each value."""
    settings = configuration.load(workspace.find_root(repo)).settings
    if as_json:
        values = [{"key": s.key, "value": s.value, "source": s.source} for s in settings]
        print_json({"schema": "codeassist.config/1", "settings": values})
        return
    width = max(len(s.key) for s in settings)
    for setting in settings:
        print(f"{setting.key:<{width}}  {safe(str(setting.value)):<20}  {safe(setting.source)}")
