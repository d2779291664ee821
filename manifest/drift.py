"""How the manifest of an installed app differs from the one that the code declares."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]
ADDRESSES = {"request_url", "url", "redirect_urls"}  # they depend on where the bot is reached
OURS_TO_SAY = ("features", "oauth_config", "settings")  # name, description and colours are whoever's app it is
USUALLY: Json = {
    "should_escape": False,
    "org_deploy_enabled": False,
    "token_rotation_enabled": False,
    "messages_tab_read_only_enabled": False,
}
NAMED_BY = {"slash_commands": "command", "shortcuts": "callback_id"}


def drift(declared: Json, found: Json) -> list[str]:
    """One line for each difference that matters, in the order of the declared manifest."""
    return [line for part in OURS_TO_SAY for line in _differences(part, declared.get(part, {}), found.get(part, {}))]


def _differences(path: str, declared: Any, found: Any) -> Iterator[str]:
    if isinstance(declared, dict) and isinstance(found, dict):
        for key in (*declared, *(each for each in found if each not in declared)):
            if key in ADDRESSES:
                continue
            usual = USUALLY.get(key)
            yield from _differences(f"{path}.{key}", declared.get(key, usual), found.get(key, usual))
    elif isinstance(declared, list) and isinstance(found, list):
        yield from _of_lists(path, declared, found)
    elif declared != found and not (declared in (None, [], {}) and found in (None, [], {})):
        if declared in (None, [], {}):
            yield f"{path} is not declared"
        else:
            yield f"{path} is missing" if found is None else f"{path} is another"


def _of_lists(path: str, declared: list[Any], found: list[Any]) -> Iterator[str]:
    key = NAMED_BY.get(path.rpartition(".")[2])
    if key is None:
        yield from (f"{path}: {each} is missing" for each in declared if each not in found)
        yield from (f"{path}: {each} is not declared" for each in found if each not in declared)
        return
    by_name = {each.get(key): each for each in found if isinstance(each, dict)}
    for each in declared:
        name = each[key]
        if name not in by_name:
            yield f"{path}: {name} is missing"
        else:
            yield from _differences(f"{path} {name}", each, by_name.pop(name))
    yield from (f"{path}: {name} is not declared" for name in by_name)
