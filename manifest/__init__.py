"""What is handed to the platforms when the bot is installed: generated from the registry."""

from manifest.slack import slack_manifest
from manifest.teams import PLACEHOLDER_GUID, teams_manifest, teams_package
from manifest.write import stale, write

__all__ = ["PLACEHOLDER_GUID", "slack_manifest", "stale", "teams_manifest", "teams_package", "write"]
