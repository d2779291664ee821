"""The registry: every declaration of every feature, by the name under which it is called."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from bot.chat.action import Action, field_types
from bot.chat.form import Draft, kinds
from bot.core.facts import Fact
from bot.core.feature import Command, Door, Feature, Job, Later, OnAction, OnFact, OnForm, OnLook, OnReply, Shortcut, TakesFile
from bot.core.first_look import FirstLook

T = TypeVar("T")


class Registry:
    """Built once at start-up; a name declared twice is refused. `prefix` stands before every command's name where one is taken.

    `admins` are accounts ("slack:U123") that count as leads of the community they belong to, whatever its rows say.
    """

    def __init__(self, features: Sequence[Feature], prefix: str = "", admins: Iterable[str] = ()) -> None:
        self.features = tuple(features)
        self.prefix = prefix
        self.admins = frozenset(admin.casefold() for admin in admins)
        self.commands: dict[str, Command] = _unique((c.name, c) for f in features for c in f.commands)
        self.anywhere: dict[str, Command] = {name: each for name, each in self.commands.items() if each.is_anywhere}
        self.doors: dict[str, Door] = _unique((d.word, d) for f in features for d in f.doors)
        self.actions: dict[str, OnAction] = _unique((a.payload.wire_name, a) for f in features for a in f.actions)
        self.looks: dict[str, OnLook] = _unique((o.payload.wire_name, o) for f in features for o in f.looks)
        self.forms: dict[str, OnForm] = _unique((o.draft.wire_name, o) for f in features for o in f.forms)
        self.shortcuts: dict[str, Shortcut] = _unique((s.name, s) for f in features for s in f.shortcuts)
        self.replies: dict[str, OnReply] = _unique((r.payload.wire_name, r) for f in features for r in f.replies)
        self.jobs: dict[str, Job] = _unique((j.name, j) for f in features for j in f.jobs)
        self.laters: dict[str, Later] = _unique((each.name, each) for f in features for each in f.laters)
        self.payloads: dict[str, type[Action]] = {name: a.payload for name, a in self.actions.items()}
        self.payloads |= {name: r.payload for name, r in self.replies.items()}
        self.payloads |= {name: o.payload for name, o in self.looks.items()}
        self.files: dict[str, TakesFile] = _unique((suffix, t) for f in features for t in f.files for suffix in t.suffixes)
        self.first_look = FirstLook(each for f in features for each in f.ties)
        behind = [(each.name, word) for each in self.commands.values() for word in each.words]
        behind += [(each.name, word) for f in features if f.front_door is not None for each in f.commands for word in self.doors]
        self._lines = frozenset(f"{before}{name} {word}" for name, word in behind for before in {"", prefix})
        self._listeners: dict[type[Fact], list[OnFact]] = {}
        for feature in features:
            for listener in feature.facts:
                self._listeners.setdefault(listener.fact, []).append(listener)

    def command(self, spelled: str) -> Command | None:
        """A command by its name, with or without the prefix."""
        return self.commands.get(spelled) or self.commands.get(spelled.removeprefix(self.prefix))

    @property
    def lines(self) -> frozenset[str]:
        """Whole lines that are commands also without a slash: a name and a word that it knows, in every way in which they may be typed."""
        return self._lines

    @property
    def spellings(self) -> frozenset[str]:
        """Every way in which a command's name may be typed."""
        return frozenset(self.commands) | {f"{self.prefix}{name}" for name in self.commands}

    def listeners(self, fact: Fact) -> Sequence[OnFact]:
        """Who listens to this kind of fact, in the declared order of features."""
        return self._listeners.get(type(fact), ())

    def wire_names(self) -> dict[str, dict[str, list[str]]]:
        """Every name that outlives the code (of payloads, drafts, jobs, shortcuts and so on) with its fields: what the golden file pins."""
        return {
            "payloads": {name: list(field_types(cls)) for name, cls in sorted(self.payloads.items())},
            "forms": {name: list(_draft_fields(form.draft)) for name, form in sorted(self.forms.items())},
            "jobs": {name: [] for name in sorted(self.jobs)},
            "laters": {name: [] for name in sorted(self.laters)},
            "commands": {name: [] for name in sorted(self.commands)},
            "shortcuts": {name: [] for name in sorted(self.shortcuts)},
        }


def _draft_fields(draft: type[Draft]) -> Iterable[str]:
    return kinds(draft)


def _unique(pairs: Iterable[tuple[str, T]]) -> dict[str, T]:
    found: dict[str, T] = {}
    for name, declared in pairs:
        if name in found:
            raise ValueError(f"{name} is declared twice")
        found[name] = declared
    return found
