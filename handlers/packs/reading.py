"""Packs as YAML: read with every problem named by its line, and written so that reading gives the same again."""

from __future__ import annotations

from itertools import count
from typing import Any

import yaml

from bot.chat.language import Phrase, _, n_
from bot.chat.text import clean_line, clean_prose
from bot.lean import dataclass
from handlers.packs.rules import (
    LONGEST,
    LONGEST_NAME,
    LONGEST_PURPOSE,
    LONGEST_THEME,
    LONGEST_TITLE,
    MOST_DAYS,
    NAME,
    NEEDED,
    Activity,
    Pack,
    name_of,
    weeks_of,
)

LARGEST = 256 * 1024  # bytes; ten times what thirty long days take
DEEPEST = 8  # a pack is a mapping of a list of mappings of text: 4; what is a little deeper is told as what it is
MOST_VERSION = 1_000_000
KEYS = ("name", "version", "title", "purpose", "themes", "activities")
ONE_LINE = ("title",)
TYPES = {
    "tag:yaml.org,2002:int": _("a number"),
    "tag:yaml.org,2002:float": _("a number"),
    "tag:yaml.org,2002:bool": _("yes or no"),
    "tag:yaml.org,2002:timestamp": _("a date"),
}
TEXT, NOTHING, WHOLE = "tag:yaml.org,2002:str", "tag:yaml.org,2002:null", "tag:yaml.org,2002:int"


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps a text from being a pack, and the line at which it stands."""

    line: int
    words: Phrase


def looks_like_yaml(text: str) -> bool:
    """Whether a pasted text is meant as a pack in YAML; a list of titles has no such keys at its margin."""
    keys = {line.split(":")[0] for line in text.splitlines() if ":" in line}
    return "activities" in keys or len(keys & set(KEYS)) > 2


def read_file(content: bytes) -> Pack | list[Problem]:
    """A pack from a file's bytes."""
    if len(content) > LARGEST:
        return [too_large()]
    try:
        return read_yaml(content.decode("utf-8-sig"))
    except UnicodeDecodeError as wrong:
        return [Problem(content.count(b"\n", 0, wrong.start) + 1, _("This is no text in UTF-8."))]


def read_yaml(text: str) -> Pack | list[Problem]:
    """A pack from its YAML, or everything that is wrong with it, in the order of lines."""
    if len(text.encode("utf-8", "surrogatepass")) > LARGEST:
        return [too_large()]
    problems: list[Problem] = []
    try:
        root = _Careful(text, problems).get_single_node()
    except yaml.YAMLError as wrong:
        return _sorted([*problems, Problem(_line_of(wrong, text), _why(wrong))])
    except _TooDeep as deep:
        return _sorted([*problems, Problem(deep.line, _("This is nested more deeply than a pack is."))])
    pack = _Reader(problems).pack(root)
    return _sorted(problems) if problems or pack is None else pack


def to_yaml(pack: Pack) -> str:
    """The pack as it is stored, shared and exported."""
    document: dict[str, Any] = {
        "name": pack.name,
        "version": pack.version,
        "title": pack.title,
        "purpose": pack.purpose,
        "themes": list(pack.themes),
        "activities": [{name: words for name, words in activity.as_json().items() if words} for activity in pack.activities],
    }
    written: str = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=120)
    return written


def _sorted(problems: list[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: problem.line)


def too_large() -> Problem:
    """A text that is not even read."""
    return Problem(1, _("This is larger than {size} KB, which is the most that a pack may have.", size=LARGEST // 1024))


def _line_of(wrong: yaml.YAMLError, text: str) -> int:
    mark = getattr(wrong, "problem_mark", None) or getattr(wrong, "context_mark", None)
    if mark is not None:
        return int(mark.line) + 1
    return text.count("\n", 0, getattr(wrong, "position", 0)) + 1


def _why(wrong: yaml.YAMLError) -> Phrase:
    if isinstance(wrong, yaml.reader.ReaderError):
        return _("There is a character here that no pack may have.")
    return _("This cannot be read: {why}.", why=str(getattr(wrong, "problem", None) or getattr(wrong, "context", "")))


class _TooDeep(Exception):
    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class _Careful(yaml.SafeLoader):
    """Composes plain data only: aliases, anchors and tags are noted as problems, and depth is bounded before anything recurses."""

    def __init__(self, text: str, problems: list[Problem]) -> None:
        super().__init__(text)
        self._problems = problems
        self._depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        loader: Any = super()  # what PyYAML's stubs leave untyped
        event = loader.peek_event()
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            loader.get_event()
            self._problems.append(Problem(line, _("A pack has no aliases; write the words out.")))
            return yaml.ScalarNode(TEXT, "alias", event.start_mark, event.end_mark)  # type: ignore[arg-type]
        if event.anchor is not None:
            self._problems.append(Problem(line, _("A pack has no anchors; please take {anchor} out.", anchor=f"&{event.anchor}"[:40])))
            event.anchor = None
        if event.tag is not None:
            self._problems.append(Problem(line, _("A pack has no tags; please take {tag} out.", tag=str(event.tag)[:60])))
            event.tag = None
            event.implicit = (False, True) if isinstance(event, yaml.ScalarEvent) else True
        self._depth += 1
        if self._depth > DEEPEST:
            raise _TooDeep(line)
        node = loader.compose_node(parent, index)
        self._depth -= 1
        return node


class _Reader:
    """Goes through the nodes once and notes whatever does not fit."""

    def __init__(self, problems: list[Problem]) -> None:
        self._problems = problems

    def pack(self, root: Any) -> Pack | None:
        if not isinstance(root, yaml.MappingNode):
            line = root.start_mark.line + 1 if root is not None else 1
            self._add(line, _("A pack begins with its title, its purpose, its themes and its activities."))
            return None
        top = self._mapping(root, KEYS)
        for key in ("title", "purpose", "themes", "activities"):
            if key not in top:
                self._add(self._line(root), _("There is no {key}.", key=key))
        title = self._text(top, "title", LONGEST_TITLE, one_line=True)
        activities = self._activities(top["activities"]) if "activities" in top else []
        pack_name = self._name(top["name"]) if "name" in top else name_of(title)
        version = self._number(top["version"], "version", MOST_VERSION) if "version" in top else 1
        purpose = self._text(top, "purpose", LONGEST_PURPOSE)
        themes = self._themes(top["themes"], len(activities)) if "themes" in top else ()
        return Pack(pack_name, version, title, purpose, themes, tuple(activities)) if not self._problems else None

    def _activities(self, node: Any) -> list[Activity]:
        if not isinstance(node, yaml.SequenceNode):
            self._add(self._line(node), _("The activities are a list, one item for each day."))
            return []
        days = len(node.value)
        if not 1 <= days <= MOST_DAYS:
            self._add(self._line(node), _("A pack has from 1 to {most} days; this one has {days}.", most=MOST_DAYS, days=days))
        found: dict[int, Activity] = {}
        numbers = count(1)
        for item in node.value:
            number = next(numbers)
            if not isinstance(item, yaml.MappingNode):
                self._add(self._line(item), _("Day {number} is no activity with its lines.", number=number))
                found[number] = _blank()
                continue
            lines = self._mapping(item, ("day", *LONGEST))
            if "day" in lines:
                number = self._number(lines.pop("day"), "day", MOST_DAYS)
                numbers = count(number + 1)
            activity = self._activity(item, lines, number)
            if number in found:
                self._add(self._line(item), _("Day {number} is there twice.", number=number))
            found[number] = activity
        self._gaps(node, sorted(found))
        return [found[number] for number in sorted(found)]

    def _gaps(self, node: Any, numbers: list[int]) -> None:
        missing = sorted(set(range(1, (numbers or [0])[-1] + 1)) - set(numbers))
        for number in missing[:MOST_DAYS]:
            self._add(self._line(node), _("There is no day {number}.", number=number))

    def _activity(self, item: Any, lines: dict[str, Any], number: int) -> Activity:
        for name in NEEDED:
            if name not in lines:
                self._add(self._line(item), _("Day {number} has no {line}.", number=number, line=name))
        read = {name: self._text(lines, name, longest, one_line=name in ONE_LINE) for name, longest in LONGEST.items()}
        return Activity(**read)

    def _themes(self, node: Any, days: int) -> tuple[str, ...]:
        if not isinstance(node, yaml.SequenceNode):
            self._add(self._line(node), _("The themes are a list, one for each week."))
            return ()
        themes = tuple(
            self._text({"theme": item}, "theme", LONGEST_THEME, one_line=True, at=f"theme {n}") for n, item in enumerate(node.value, 1)
        )
        if days and len(themes) != weeks_of(days):
            words = n_("{count} week needs as many themes; there are {themes}.", "{count} weeks need as many themes; there are {themes}.",
                       weeks_of(days), themes=len(themes))  # fmt: skip
            self._add(self._line(node), words)
        return themes

    def _mapping(self, node: Any, known: tuple[str, ...]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            if name not in known:
                shown = clean_line(name, 40) or "?"
                self._add(self._line(key), _("{key} is no line of a pack. Known here: {known}.", key=shown, known=", ".join(known)))
            elif name in found:
                self._add(self._line(key), _("{key} is there twice.", key=name))
            else:
                found[name] = value
        return found

    def _text(self, lines: dict[str, Any], name: str, longest: int, *, one_line: bool = False, at: str = "") -> str:
        node = lines.get(name)
        if node is None:
            return ""
        at = at or name
        if not isinstance(node, yaml.ScalarNode):
            self._add(self._line(node), _("{key} is text, not a list and not a mapping.", key=at))
            return ""
        if node.tag in TYPES:
            self._add(self._line(node), _("{key} would be read as {kind}; put it in quotes.", key=at, kind=TYPES[node.tag]))
            return ""
        text = "" if node.tag == NOTHING else clean_line(node.value, len(node.value) + 1) if one_line else clean_prose(node.value)
        if not text:
            self._add(self._line(node), _("{key} is empty.", key=at))
        elif len(text) > longest:
            words = _("{key} has {length} characters; {longest} fit here.", key=at, length=len(text), longest=longest)
            self._add(self._line(node), words)
        return text

    def _name(self, node: Any) -> str:
        value = node.value if isinstance(node, yaml.ScalarNode) else ""
        if not NAME.match(value) or len(value) > LONGEST_NAME:
            words = _("The name has small letters, digits and underscores only, and at most {longest} of them.", longest=LONGEST_NAME)
            self._add(self._line(node), words)
        return str(value)

    def _number(self, node: Any, name: str, most: int) -> int:
        plain = isinstance(node, yaml.ScalarNode) and node.tag == WHOLE and node.value.isascii() and node.value.isdigit()
        if not plain or len(node.value) > 9 or not 1 <= int(node.value) <= most:
            self._add(self._line(node), _("{key} is a whole number from 1 to {most}.", key=name, most=most))
            return 1
        return int(node.value)

    def _line(self, node: Any) -> int:
        return int(node.start_mark.line) + 1

    def _add(self, line: int, words: Phrase) -> None:
        self._problems.append(Problem(line, words))


def _blank() -> Activity:
    return Activity(*[""] * len(NEEDED))
