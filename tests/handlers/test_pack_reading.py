"""Reading packs: whatever is wrong is told at once, each with its line; what is written reads the same again."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot.__main__ import app
from bot.chat.reading import say_label
from bot.chat.text import clean_line, clean_prose
from handlers.packs.library import HERE, any_day, shipped
from handlers.packs.pasting import Pasted, read_paste, to_list
from handlers.packs.reading import LARGEST, Problem, looks_like_yaml, read_file, read_yaml, to_yaml
from handlers.packs.rules import Activity, Pack, fill, name_of, resized, runs, weeks_of

DAY = """\
- title: {title}
  practice: Do it.
  short: Do a little.
  first_time: Begin.
  go_further: Go on.
  reflect: What was it?
  point: It is.
"""


def document(days: int = 1, *, themes: int | None = None, extra: str = "") -> str:
    weeks = weeks_of(days) if themes is None else themes
    listed = "".join(f"- Theme {n}\n" for n in range(1, weeks + 1)) or "  []\n"
    activities = "".join(DAY.format(title=f"Title {n}") for n in range(1, days + 1)) or "  []\n"
    return f"name: ours\nversion: 2\ntitle: Ours\npurpose: To try.\n{extra}themes:\n{listed}activities:\n{activities}"


def told(read: Pack | list[Problem] | Pasted) -> list[str]:
    problems = read.problems if isinstance(read, Pasted) else read
    assert isinstance(problems, list), "it was read without a problem"
    return [f"{problem.line}: {say_label(problem.words, 'en')}" for problem in problems]


def pack(read: Pack | list[Problem]) -> Pack:
    assert isinstance(read, Pack), told(read)
    return read


@pytest.mark.parametrize("path", sorted(HERE.rglob("*.yaml")), ids=lambda path: path.stem)
def test_what_is_shipped_reads_without_a_problem(path: Path) -> None:
    read = pack(read_file(path.read_bytes()))
    assert read == {**shipped(), "any_day": any_day()}[read.name]
    assert looks_like_yaml(path.read_text(encoding="utf-8"))


def test_six_full_packs_and_a_small_one_are_shipped() -> None:
    assert sorted(len(each.activities) for each in shipped().values()) == [7, *[30] * 6]
    assert "any_day" not in shipped()


@pytest.mark.parametrize("days", [1, 7, 8, 366])
def test_a_pack_has_from_1_to_366_days(days: int) -> None:
    read = pack(read_yaml(document(days)))
    assert (len(read.activities), len(read.themes), read.version) == (days, weeks_of(days), 2)


@pytest.mark.parametrize(("days", "line"), [(0, 8), (367, 60)])
def test_no_days_and_too_many_are_told(days: int, line: int) -> None:
    assert told(read_yaml(document(days)))[0] == f"{line}: A pack has from 1 to 366 days; this one has {days}."


def test_everything_wrong_is_told_at_once_in_the_order_of_lines() -> None:
    text = document(2, extra="colour: green\npurpose: Again.\n").replace("Title 1", "7").replace("  point: It is.\n", "", 1)
    text = text.replace("  reflect: What was it?\n", "  reflect: [a, b]\n", 1).replace("Title 2", "").replace("version: 2", "version: soon")
    assert told(read_yaml(text)) == [
        "2: version is a whole number from 1 to 1,000,000.",
        "5: colour is no line of a pack. Known here: name, version, title, purpose, themes, activities.",
        "6: purpose is there twice.",
        "10: Day 1 has no point.",
        "10: title would be read as a number; put it in quotes.",
        "15: reflect is text, not a list and not a mapping.",
        "16: title is empty.",
    ]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("", "1: A pack begins with"),
        ("- a\n- b", "1: A pack begins with"),
        ("title", "1: A pack begins with"),
        ("a: b: c", "1: This cannot be read: "),
        ("title: x\n\tpurpose: y", "2: This cannot be read: "),
        ("title: x\x00", "1: There is a character here that no pack may have."),
        ("title: 'open\n", "2: This cannot be read: "),
        ("title: x\n---\ntitle: y", "2: This cannot be read: "),
        ("{" * 90_000, "1: This is nested more deeply"),
        ("- " * 90_000, "1: This is nested more deeply"),
        ("[" * 200_000, "1: This is nested more deeply"),
        ("title: " + "x" * LARGEST, "1: This is larger than 256 KB"),
        ("? [a]\n: b", "1: ? is no line of a pack"),
        ("title: \ud800", "1: There is a character here that no pack may have."),
    ],
)
def test_what_is_no_pack_is_told(text: str, first: str) -> None:
    assert told(read_yaml(text))[0].startswith(first)


def test_aliases_anchors_and_tags_are_told_with_their_lines_and_never_followed() -> None:
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\ntitle: !!python/object/apply:os.system [x]\npurpose: !!str y\n<<: *b\n"
    lines = told(read_yaml(bomb))
    assert "1: A pack has no anchors; please take &a out." in lines
    assert "2: A pack has no aliases; write the words out." in lines
    assert "3: A pack has no tags; please take tag:yaml.org,2002:python/object/apply:os.system out." in lines
    assert "4: A pack has no tags; please take tag:yaml.org,2002:str out." in lines


def test_five_megabytes_are_refused_at_once() -> None:
    begun = time.monotonic()
    assert told(read_file(b"title: x\n" * 600_000)) == ["1: This is larger than 256 KB, which is the most that a pack may have."]
    assert told(read_paste("1. x\n" * 1_000_000))[0].startswith("1: This is larger")
    assert time.monotonic() - begun < 2


def test_bytes_that_are_no_text_are_told_with_their_line() -> None:
    assert told(read_file(b"title: x\npurpose: \xff\n")) == ["2: This is no text in UTF-8."]
    assert pack(read_file(b"\xef\xbb\xbf" + document().encode())).name == "ours"


def test_days_may_be_numbered_and_then_twice_and_none_are_told() -> None:
    text = document(3)
    for title, number in (("Title 1", 2), ("Title 2", 1), ("Title 3", 3)):
        text = text.replace(f"- title: {title}", f"- day: {number}\n  title: {title}")
    assert [a.title for a in pack(read_yaml(text)).activities] == ["Title 2", "Title 1", "Title 3"]
    assert "There is no day 2." in str(told(read_yaml(text.replace("day: 2", "day: 4"))))
    assert "16: Day 2 is there twice." in told(read_yaml(text.replace("day: 1", "day: 2")))
    assert "day is a whole number from 1 to 366." in str(told(read_yaml(text.replace("day: 1", "day: 0"))))


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (("name: ours", "name: Our Pack"), 1, "The name has small letters"),
        (("name: ours", f"name: {'x' * 61}"), 1, "The name has small letters"),
        (("name: ours", "name: [a]"), 1, "The name has small letters"),
        (("version: 2", "version: 99999999999999"), 2, "version is a whole number"),
        (("title: Ours", f"title: {'x' * 151}"), 3, "title has 151 characters; 150 fit here."),
        (("title: Ours", "title: yes"), 3, "title would be read as yes or no"),
        (("title: Ours", "title: 2026-03-29"), 3, "title would be read as a date"),
        (("title: Ours", "title: {a: b}"), 3, "title is text"),
        (("title: Ours", 'title: "\\u200b"'), 3, "title is empty."),
        (("- Theme 1", "- 1"), 6, "theme 1 would be read as a number"),
        (("- Theme 1", "- Theme 1\n- Theme 2"), 6, "1 week needs as many themes; there are 2."),
        (("themes:\n- Theme 1", "themes: all"), 5, "The themes are a list"),
        (("  point: It is.", "  point:"), 14, "point is empty."),
    ],
)
def test_a_line_of_the_wrong_kind_is_told(change: tuple[str, str], line: int, words: str) -> None:
    found = told(read_yaml(document().replace(*change)))
    assert found[0].startswith(f"{line}: {words}"), found


LINE = st.text(max_size=60).map(lambda text: clean_line(text, 61)).filter(bool)
PROSE = st.text(max_size=90).map(clean_prose).filter(bool)
ACTIVITIES = st.builds(Activity, LINE, PROSE, PROSE, PROSE, PROSE, PROSE, PROSE, st.one_of(st.just(""), PROSE))
PACKS: st.SearchStrategy[Pack] = st.lists(ACTIVITIES, min_size=1, max_size=9).flatmap(
    lambda days: st.builds(
        Pack,
        name=st.from_regex(r"[a-z0-9][a-z0-9_]{0,20}", fullmatch=True),
        version=st.integers(1, 1_000_000),
        title=LINE,
        purpose=PROSE,
        themes=st.tuples(*[LINE] * weeks_of(len(days))),
        activities=st.just(tuple(days)),
    )
)


@pytest.mark.thorough
@settings(max_examples=150, deadline=None)
@given(PACKS)
def test_what_is_written_reads_the_same_again(written: Pack) -> None:
    assert pack(read_yaml(to_yaml(written))) == written


@pytest.mark.thorough
@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([*"abc123:-.\t\n\"'|[]{}&*!?# é", "Day ", "title:", "activities:\n"]), max_size=120).map("".join))
def test_no_text_breaks_the_readers(text: str) -> None:
    read_yaml(text)
    pasted = read_paste(text)
    for problem in pasted.problems:
        assert 1 <= problem.line <= max(1, len(text.splitlines()) + 1)
    if not pasted.problems and pasted.days:
        fill(pasted.days, pasted.themes, shipped()["devops"], any_day())


@pytest.mark.parametrize("name", sorted(shipped()))
def test_a_pack_shown_as_text_can_be_pasted_again(name: str) -> None:
    written = shipped()[name]
    pasted = read_paste(to_list(written))
    assert (pasted.problems, pasted.gaps) == ([], [])
    filled = fill(pasted.days, pasted.themes, shipped()["first_steps"], any_day())
    assert (filled.whole_days, filled.completed_days) == ((), ())
    assert (filled.themes, filled.activities) == (written.themes, written.activities)


Days = dict[int, dict[str, str]]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("1. A\n2) B\n3: C\n4 - D\nDay 5 E\nday 6: F", {n: {"title": t} for n, t in enumerate("ABCDEF", 1)}),
        ("- A\n* B\n• C - do it", {1: {"title": "A"}, 2: {"title": "B"}, 3: {"title": "C", "practice": "do it"}}),
        ("A\n\nB", {1: {"title": "A"}, 2: {"title": "B"}}),
        ("Day 3: Title – practice - more", {3: {"title": "Title", "practice": "practice - more"}}),
        # what begins with a number is not numbered
        ("10-minute walk\n3 things to ask", {1: {"title": "10-minute walk"}, 2: {"title": "3 things to ask"}}),
        ("1.5 hours", {1: {"title": "1.5 hours"}}),
        (
            "2. B\n1. A\nFirst time?: y\nReflect: z\nand more",
            {2: {"title": "B"}, 1: {"title": "A", "practice": "and more", "first_time": "y", "reflect": "z"}},
        ),
        ("A\tB\nC\tD", {1: {"title": "A", "practice": "B"}, 2: {"title": "C", "practice": "D"}}),
        ("2\tA\tB\n4\tC\tD", {2: {"title": "A", "practice": "B"}, 4: {"title": "C", "practice": "D"}}),
        ("Title\tFirst time?\tDay\nA\tx\t2\nB\ty\t1", {2: {"title": "A", "first_time": "x"}, 1: {"title": "B", "first_time": "y"}}),
        ("Title\tPractice\n1\tA\tB\n3\tC\tD", {1: {"title": "A", "practice": "B"}, 3: {"title": "C", "practice": "D"}}),
        ('A\t"x\ty\nz ""q"""\r\nB\t', {1: {"title": "A", "practice": 'x\ty\nz "q"'}, 2: {"title": "B"}}),
        ('"Hello" she said\tx\nB\ty', {1: {"title": '"Hello" she said', "practice": "x"}, 2: {"title": "B", "practice": "y"}}),
        ("| Day | Title |\n|---|:--|\n| 2 | A \\| B |", {2: {"title": "A | B"}}),
        ("", {}),
        ("\n \n", {}),
    ],
)  # fmt: skip
def test_lists_and_tables_are_read(text: str, days: Days) -> None:
    read = read_paste(text)
    assert told(read) == []
    assert read.days == days


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("1. A\n1. B\n0. C\n367. D", ["2: Day 1 is there twice.", "3: There is no day 0", "4: There is no day 367"]),
        ("\n".join(f"Title {n}" for n in range(1, 369)), ["367: There is no day 367", "368: There is no day 368"]),
        ("Before\n1. A", ["1: This line stands before the first day."]),
        ("1. " + "x" * 151, ["1: Day 1: title has 151 characters; 150 fit."]),
        (
            "Day\tTitle\tColour\n1\tA\tred\nsoon\tB\n1\tC\n2\t",
            ["1: I do not know the column Colour.", "3: soon is no day's number.", "4: Day 1 is there twice.", "5: Day 2 has no title."],
        ),
        ("Day\tTitle\tTitle\n1\tA\tB", ["1: The column title is there twice."]),
        ("Title\tPractice\nA\tB\tC", ["2: This row has 3 cells; there are 2 columns."]),
        ('A\t"x\nB\ty\nC\tz', ["1: A cell begins with a quotation mark here and does not end with one."]),
        ('Title\tPractice\nA\t"x\ny"\nA\t' + "z" * 2001, ["4: Day 2: practice has 2001 characters; 2000 fit."]),
        ("99999999999999999999. A", ["1: There is no day 999,999,999: a pack"]),
        ("A\t" + "x" * 140_000, ["1: Day 1: practice has 140,000 characters"]),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_paste_is_told_with_its_line(text: str, problems: list[str]) -> None:
    found = told(read_paste(text))
    assert len(found) == len(problems), found
    assert all(one.startswith(other) for one, other in zip(found, problems, strict=True)), found


def test_gaps_are_filled_and_said() -> None:
    pasted = read_paste("2. B - do b\n4. D\nWeek 2: Ours")
    assert pasted.gaps == [1, 3]
    model = shipped()["devops"]
    filled = fill(pasted.days, pasted.themes, model, any_day(), 9)
    assert (filled.whole_days, filled.completed_days) == ((1, 3, 5, 6, 7, 8, 9), (2, 4))
    assert (filled.activities[0], filled.activities[1].practice) == (model.activities[0], "do b")
    assert filled.activities[3].practice == any_day().activities[3].practice
    assert filled.themes == (model.themes[0], "Ours")


def test_more_days_than_the_model_has_begin_it_anew() -> None:
    filled = fill({}, {}, shipped()["first_steps"], any_day(), 366)
    assert (len(filled.activities), len(filled.themes)) == (366, 53)
    assert filled.activities[7] == filled.activities[0]


def test_small_rules() -> None:
    assert runs([5, 1, 3, 4]) == "1, 3-5"
    assert runs([]) == ""
    assert resized(("a", "b"), 22) == ("a", "b", "b", "b")
    assert resized(("a", "b"), 3) == ("a",)
    assert name_of("Über uns: 30 Tage", {"devops"}) == "uber_uns_30_tage"
    assert name_of("DevOps", {"devops"}) == "devops_own"
    assert name_of("学习").startswith("pack_")
    assert name_of("学习") != name_of("工程")


@pytest.fixture
def check(tmp_path: Path) -> Callable[[bytes], Any]:
    def run(content: bytes) -> Any:
        path = tmp_path / "p.yaml"
        path.write_bytes(content)
        return CliRunner().invoke(app, ["pack", "check", str(path)])

    return run


def test_the_command_line_says_where_what_is_wrong(check: Callable[[bytes], Any], tmp_path: Path) -> None:
    fine = check(document(30).encode())
    assert (fine.exit_code, fine.output) == (0, "30 activities, all complete\n")
    wrong = check(document(2, themes=2).replace("  point: It is.\n", "").encode())
    assert wrong.exit_code == 1
    assert wrong.output.splitlines() == [
        f"{tmp_path}/p.yaml:6: 1 week needs as many themes; there are 2.",
        f"{tmp_path}/p.yaml:9: Day 1 has no point.",
        f"{tmp_path}/p.yaml:15: Day 2 has no point.",
    ]
    assert check(b"x" * 5_000_000).output == f"{tmp_path}/p.yaml:1: This is larger than 256 KB, which is the most that a pack may have.\n"
    missing = CliRunner().invoke(app, ["pack", "check", str(tmp_path / "none.yaml")])
    assert missing.exit_code == 2
