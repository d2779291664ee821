"""Dataclasses for a house that has seven hundred of them: what is alike in all of them is there once.

The standard library compiles a representation and two refusals to be changed for every class, which made four megabytes of each process.
"""

from __future__ import annotations

import dataclasses
from dataclasses import FrozenInstanceError
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, NoReturn

__all__ = ["dataclass"]


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

    def dataclass(cls=None, /, *, repr=True, **asked):  # noqa: A002 - the signature is the usual one's
        """The standard library's, with the same options; frozen ones take no attribute at all from outside, field or not."""

        def lean(cls):
            is_shown = repr and "__repr__" not in vars(cls)
            made = dataclasses.dataclass(cls, repr=False, **asked)  # noqa: TID251
            if is_shown:
                made.__repr__ = _shown
            if asked.get("frozen"):
                made.__setattr__, made.__delattr__ = _refuse_to_set, _refuse_to_delete
            return made

        return lean if cls is None else lean(cls)
