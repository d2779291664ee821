"""Our dataclasses do what the standard library's do."""

# mypy: disable-error-code="call-arg, attr-defined, arg-type, call-overload, type-var, misc"
# a decorator that comes as an argument says nothing of its classes

from __future__ import annotations

import copy
import dataclasses
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, field
from typing import Any

import pytest

from bot.lean import dataclass as lean

Make = Callable[..., Any]
BOTH = pytest.mark.parametrize("make", [lean, dataclasses.dataclass], ids=["ours", "the usual one"])


@lean(frozen=True, slots=True)
class Kept:
    """At the module's top, where pickle finds it."""

    name: str
    many: tuple[int, ...] = ()


@BOTH
def test_what_is_equal_is_compared_field_by_field_within_one_class(make: Make) -> None:
    @make(frozen=True, slots=True)
    class Point:
        x: int
        y: int
        note: str = field(default="", compare=False)

    @make(frozen=True, slots=True)
    class Other:
        x: int
        y: int

    assert Point(1, 2, "a") == Point(1, 2, "b")
    assert hash(Point(1, 2, "a")) == hash(Point(1, 2, "b"))
    assert Point(1, 2) != Point(2, 1)
    assert Point(1, 2) != Other(1, 2)
    assert len({Point(1, 2), Point(1, 2), Point(2, 1)}) == 2


@BOTH
def test_one_field_or_none_is_compared_as_well(make: Make) -> None:
    @make(frozen=True)
    class Empty:
        pass

    @make(frozen=True)
    class One:
        x: tuple[int, ...]

    assert Empty() == Empty()
    assert hash(Empty()) == hash(Empty())
    assert One((1,)) == One((1,))
    assert One((1,)) != One((2,))
    assert len({One((1,)), One((1,))}) == 1


@BOTH
def test_what_may_change_has_no_hash(make: Make) -> None:
    @make(slots=True)
    class Count:
        many: int

    one = Count(1)
    one.many += 1
    assert one == Count(2)
    with pytest.raises(TypeError, match="unhashable"):
        hash(one)


@BOTH
def test_what_a_class_says_itself_stands(make: Make) -> None:
    @make(frozen=True)
    class Loud:
        word: str

        def __repr__(self) -> str:
            return self.word.upper()

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Loud) and self.word.casefold() == other.word.casefold()

        def __hash__(self) -> int:
            return hash(self.word.casefold())

    assert Loud("a") == Loud("A")
    assert len({Loud("a"), Loud("A")}) == 1
    assert repr(Loud("a")) == "A"


@BOTH
def test_an_identity_is_kept_where_nothing_is_compared(make: Make) -> None:
    @make(eq=False)
    class Thing:
        x: int

    one = Thing(1)
    assert one != Thing(1)
    assert {one: 1}[one] == 1


@BOTH
@pytest.mark.parametrize("slots", [True, False])
def test_a_frozen_one_takes_nothing_and_loses_nothing(make: Make, *, slots: bool) -> None:
    @make(frozen=True, slots=slots)
    class Fixed:
        x: int

    fixed = Fixed(1)
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'x'"):
        fixed.x = 2
    with pytest.raises(FrozenInstanceError, match="cannot delete field 'x'"):
        del fixed.x
    assert dataclasses.replace(fixed, x=3) == Fixed(3)


@BOTH
def test_it_shows_itself_without_what_is_not_to_be_shown_and_without_going_round(make: Make) -> None:
    @make
    class Node:
        name: str
        secret: str = field(repr=False)
        next: Any = None

    one = Node("a", "hush")
    one.next = one
    assert repr(one).endswith("Node(name='a', next=...)")


@BOTH
def test_a_subclass_has_the_fields_of_both(make: Make) -> None:
    @make(frozen=True)
    class Base:
        x: int

    @make(frozen=True)
    class More(Base):
        y: int = 0

    assert More(1, 2) == More(1, 2)
    assert More(1, 2) != More(1, 3)
    assert Base(1) != More(1)
    assert [each.name for each in dataclasses.fields(More)] == ["x", "y"]


def test_it_is_copied_pickled_and_matched() -> None:
    kept = Kept("a", (1, 2))
    assert pickle.loads(pickle.dumps(kept)) == kept  # noqa: S301 - our own
    assert copy.deepcopy(kept) == kept
    assert dataclasses.asdict(kept) == {"name": "a", "many": (1, 2)}
    match kept:
        case Kept(name, _):
            assert name == "a"
