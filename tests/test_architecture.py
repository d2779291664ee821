"""House rules that no linter knows: what a feature may use, what it must have, and what stands nowhere."""

from __future__ import annotations

import ast
import inspect
import pkgutil
import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from functools import cache
from importlib import import_module
from pathlib import Path
from types import CodeType

import grimp
import pytest

import handlers
from bot.chat.form import Form
from bot.chat.message import Button, Buttons, Message
from bot.chat.reading import resolved
from bot.core.doing import RunCommand
from bot.core.registry import Registry
from handlers import ORDER, features

ROOT = Path(__file__).parents[1]
OURS = ("bot", "adapters", "handlers", "scheduler", "manifest")
ROOMS = ("rules", "rows", "store", "views", "flows")
FEATURES = {feature.name: feature for feature in features()}
SHOWN = {"Message", "Form", "Open"}  # by the names of what functions return
PLATFORMS = ("slack", "teams", "botbuilder", "adaptive")


def modules(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


@cache
def read(path: Path) -> tuple[str, ast.Module]:
    words = path.read_text(encoding="utf-8")
    return words, ast.parse(words)


@cache
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("handlers", "bot", include_external_packages=True)


def imports_of(feature: str) -> set[str]:
    """Modules of other features that a feature imports."""
    package = f"handlers.{feature}"
    inside = {package, *graph().find_descendants(package)}
    found = {imported for module in inside for imported in graph().find_modules_directly_imported_by(module)}
    return {module for module in found if module.startswith("handlers.") and module not in inside}


@pytest.mark.parametrize("name", ORDER)
def test_a_feature_uses_only_the_faces_of_those_after_it(name: str) -> None:
    after = ORDER[ORDER.index(name) + 1 :]
    for module in imports_of(name):
        assert module.count(".") == 1, f"{name} reaches behind the face of {module}"
        assert module.split(".")[1] in after, f"{name} stands after {module} in handlers.ORDER"


def test_every_package_of_handlers_stands_in_the_order() -> None:
    packages = {path.parent.name for path in (ROOT / "handlers").glob("*/__init__.py")}
    assert packages == set(ORDER) == set(FEATURES), "each package has one line in ORDER of handlers/__init__.py"


@pytest.mark.parametrize("name", ORDER)
def test_a_feature_has_its_rooms_and_its_test(name: str) -> None:
    package = ROOT / "handlers" / name
    has = {path.stem for path in package.glob("*.py")} - {"__init__"}
    needs = {"views", "flows"}
    if "rows" in has:
        needs |= {"store", "rules"}
    assert needs <= has, f"{name} lacks {sorted(needs - has)}"


@pytest.mark.parametrize("name", ORDER)
def test_the_rooms_depend_on_each_other_in_one_direction(name: str) -> None:
    package = f"handlers.{name}"
    for number, room in enumerate(ROOMS):
        if f"{package}.{room}" in graph().modules:
            used = graph().find_modules_directly_imported_by(f"{package}.{room}")
            later = {f"{package}.{each}" for each in ROOMS[number + 1 :]}
            assert not used & later, f"{room} uses {sorted(used & later)}"


@pytest.mark.parametrize("room", ["rules", "views"])
def test_rules_and_views_know_no_database(room: str) -> None:
    for module in graph().modules:
        if module.startswith("handlers.") and module.endswith(f".{room}"):
            used = graph().find_modules_directly_imported_by(module)
            assert not {each for each in used if each.split(".")[0] == "sqlalchemy"}, module


@pytest.mark.thorough
def test_no_feature_knows_a_platform() -> None:
    for path in modules("handlers"):
        tree = read(path)[1]
        docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
                assert node.value.casefold() not in PLATFORMS, f"{path}:{node.lineno} names a platform"
            if isinstance(node, ast.Attribute):
                assert node.attr != "platform", f"{path}:{node.lineno} asks for the platform"


@pytest.mark.thorough
@pytest.mark.parametrize("folder", OURS)
def test_nothing_is_left_lying_about(folder: str) -> None:
    for path in modules(folder):
        words, tree = read(path)
        assert [left for left in ("TODO", "FIXME", "XXX", "HACK", "breakpoint(") if left in words] == [], path
        calls = [node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
        assert "print" not in calls, path


@pytest.mark.thorough
def test_only_nudges_sends_reminders() -> None:
    for path in modules("handlers"):
        if path.parent.name == "nudges":
            continue
        tree = read(path)[1]
        named = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "REMINDER"]
        said = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Call) and _is_kind_of_reminder(node)]
        assert not named + said, f"{path}: lines {named + said}: reminders leave through handlers.nudges alone"


def _is_kind_of_reminder(call: ast.Call) -> bool:
    return getattr(call.func, "id", "") == "Kind" and any(isinstance(arg, ast.Constant) and arg.value == "reminder" for arg in call.args)


@pytest.mark.parametrize("folder", OURS)
def test_a_module_says_what_it_is_by_its_name_and_stays_short(folder: str) -> None:
    for path in modules(folder):
        assert path.stem not in {"utils", "helpers", "common", "misc", "base_classes", "manager"}, path
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 400 or "migrations" in path.parts, path


@pytest.mark.parametrize("name", ORDER)
def test_every_feature_shows_examples_of_what_people_see(name: str) -> None:
    views = import_module(f"handlers.{name}.gallery").VIEWS
    assert views
    assert len({view.name for view in views}) == len(views)
    for view in views:
        assert isinstance(resolved(view.example(), "en"), Message | Form), view.name


def test_whoever_serves_has_no_examples() -> None:
    words = "import sys, handlers; handlers.features(); print(*sorted(name for name in sys.modules if name.startswith('handlers.')))"
    loaded = subprocess.run([sys.executable, "-c", words], check=True, stdout=subprocess.PIPE, text=True).stdout.split()  # noqa: S603
    assert "handlers.journal.views" in loaded
    assert [name for name in loaded if name.endswith(("gallery", "examples"))] == []


def shown_to_people(packages: Iterable[str] = handlers.__path__, prefix: str = "handlers.") -> dict[CodeType, str]:
    """Every public function that makes a message or a form of what it is given; what has the context to ask is a flow."""
    found: dict[CodeType, str] = {}
    for module in pkgutil.walk_packages(packages, prefix):
        for name, made in vars(import_module(module.name)).items():
            if inspect.isfunction(made) and made.__module__ == module.name and not name.startswith("_"):
                kinds = dict(made.__annotations__)
                if SHOWN & set(re.findall(r"\w+", str(kinds.pop("return", "")))) and "Context" not in kinds.values():
                    found[made.__code__] = f"{module.name}.{name}"
    return found


def called_by(examples: Iterable[Callable[[], object]]) -> set[CodeType]:
    """The functions that run while these do."""
    ran: set[CodeType] = set()
    before = sys.getprofile()
    sys.setprofile(lambda frame, _event, _arg: ran.add(frame.f_code))
    try:
        for example in examples:
            example()
    finally:
        sys.setprofile(before)
    return ran


@pytest.mark.thorough
def test_everything_that_people_are_shown_has_an_example() -> None:
    shown = shown_to_people()
    assert len(shown) > 500
    ran = called_by(view.example for view in handlers.all_views().values())
    unseen = sorted(name for code, name in shown.items() if code not in ran)
    assert unseen == [], "no View shows what these make, so that the gallery looks at none of it"


def test_what_no_example_shows_is_found() -> None:
    one = called_by([handlers.all_views()["home.help"].example])
    assert {name for code, name in shown_to_people().items() if code not in one} > {"handlers.journal.views.receipt"}


def test_every_command_can_be_reached_by_a_button() -> None:
    registry = Registry(features())
    door = handlers.all_views()["home.help"].example()
    assert isinstance(door, Message)
    buttons: list[Button] = [button for block in door.blocks if isinstance(block, Buttons) for button in block.buttons]
    reached = {button.action.name for button in buttons if isinstance(button.action, RunCommand)}
    door_itself = {command.name for command in FEATURES["home"].commands}
    assert reached | door_itself == set(registry.commands)
