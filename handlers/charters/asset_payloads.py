"""What the buttons of files carry."""

from __future__ import annotations

from bot.chat.action import Action, action


@action("charter.add_asset")
class AddAsset(Action):
    """The next file that I send belongs to what the team brought back; so does one that is a reply to what this was posted with."""

    charter: int


@action("charter.assets")
class SeeAssets(Action):
    """The files of what a team brought back."""

    charter: int


@action("charter.get_asset")
class GetAsset(Action):
    """Give me this version of a file."""

    asset: int


@action("charter.drop_asset")
class DropAsset(Action):
    """Take this version of a file away."""

    asset: int
