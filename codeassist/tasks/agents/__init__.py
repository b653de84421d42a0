"""Enter codeassist as an MCP server into the configuration of coding agents, and take it out again."""

from codeassist.tasks.agents.install import AgentState, Edit, InstallResult, install, overview, uninstall
from codeassist.tasks.agents.table import AGENTS, Agent

__all__ = ["AGENTS", "Agent", "AgentState", "Edit", "InstallResult", "install", "overview", "uninstall"]
