"""`codeassist config`: every setting and its source."""

from __future__ import annotations

from codeassist import config as configuration
from codeassist import workspace
from codeassist.cli.options import HERE, AsJson, Repo
from codeassist.cli.output import print_json, safe


def config(repo: Repo = HERE, as_json: AsJson = False) -> None:
    """Show the effective configuration and the source of each value: a file, a variable or the default."""
    loaded = configuration.load(workspace.find_root(repo))
    if as_json:
        print_json(loaded.as_json())
        return
    width = max(len(s.key) for s in loaded.settings)
    for setting in loaded.settings:
        print(f"{setting.key:<{width}}  {safe(str(setting.value)):<20}  {safe(setting.source)}")
