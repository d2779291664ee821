"""Dataclasses for a house that has seven hundred of them: what is alike in all of them is there once.

The standard library compiles a comparison, a hash, a representation and two refusals to be changed for every class: five megabytes of
each process. What it does with them is the same here.
"""

from __future__ import annotations

import dataclasses
from dataclasses import FrozenInstanceError
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, NoReturn

__all__ = ["dataclass"]


def _same(self: Any, other: Any) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    compared: Any = type(self).__compared__
    return compared(self) == compared(other)


def _hash(self: Any) -> int:
    return hash(type(self).__compared__(self))


def _nothing(_self: Any) -> tuple[()]:
    return ()


@recursive_repr()
def _shown(self: Any) -> str:
    shown = [f"{each.name}={getattr(self, each.name)!r}" for each in dataclasses.fields(self) if each.repr]
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _refuse_to_set(_self: Any, name: str, _value: Any) -> NoReturn:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(_self: Any, name: str) -> NoReturn:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


if TYPE_CHECKING:
    from dataclasses import dataclass  # noqa: TID251 - to its readers it is the usual one
else:

    def dataclass(cls=None, /, *, repr=True, eq=True, **asked):  # noqa: A002 - the signature is the usual one's
        """The standard library's, with the same options but `order` and `unsafe_hash`; a frozen one takes no attribute from outside."""

        def lean(cls):
            own = set(vars(cls))
            compares = eq and not own & {"__eq__", "__hash__"}
            made = dataclasses.dataclass(cls, repr=False, eq=eq and not compares, **asked)  # noqa: TID251
            if repr and "__repr__" not in own:
                made.__repr__ = _shown
            if compares:
                names = [each.name for each in dataclasses.fields(made) if each.compare]
                made.__compared__ = attrgetter(*names) if names else _nothing
                made.__eq__, made.__hash__ = _same, _hash if asked.get("frozen") else None
            if asked.get("frozen"):
                made.__setattr__, made.__delattr__ = _refuse_to_set, _refuse_to_delete
            return made

        return lean if cls is None else lean(cls)
