"""Packs as people paste them: a list, numbered or not, or a table from a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import field

from bot.chat.language import _
from bot.chat.text import clean_line, clean_prose
from bot.lean import dataclass
from handlers.packs.reading import LARGEST, Problem, too_large
from handlers.packs.rules import LONGEST, LONGEST_THEME, MOST_DAYS, WEEK, Pack

COLUMNS = ("title", "practice", "short", "first_time", "go_further", "reflect", "point", "share")
HEADINGS = {  # what people call the lines, in small letters without marks
    "day": "day", "number": "day", "no": "day", "nr": "day", "#": "day",
    "title": "title", "activity": "title", "name": "title",
    "practice": "practice", "what to do": "practice", "task": "practice", "description": "practice",
    "short": "short", "in two minutes": "short", "two minutes": "short", "short version": "short",
    "first time": "first_time", "firsttime": "first_time",
    "go further": "go_further", "further": "go_further",
    "reflect": "reflect", "to reflect on": "reflect", "question": "reflect",
    "point": "point", "the point": "point",
    "share": "share", "share if you like": "share",
    "theme": "theme", "week": "theme",
}  # fmt: skip
NUMBERED = re.compile(r"(?:day\s*(\d+)\s*[.):\-–—]*\s*|(\d+)\s*(?:[.)](?!\d)|:|[-–—](?=\s))\s*)(.*)\Z", re.IGNORECASE)
WEEKLY = re.compile(r"week\s*(\d+)\s*[.):\-–—]+\s*(.+)\Z", re.IGNORECASE)
BULLET = re.compile(r"[-*•]\s+")
DASH = re.compile(r"\s+[-–—]\s+")
LABELLED = re.compile(r"([A-Za-z_ ?]{4,18}):\s+(.+)\Z")
RULE = re.compile(r"\|?[\s:|-]+\|?\Z")


@dataclass
class Pasted:
    """What a pasted text says about each day, with the days that it leaves out, and what does not fit."""

    days: dict[int, dict[str, str]] = field(default_factory=dict)
    themes: dict[int, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def gaps(self) -> list[int]:
        """Days before the last one of which nothing is said."""
        return sorted(set(range(1, max(self.days, default=0))) - set(self.days))

    def add(self, line: int, number: int, lines: dict[str, str]) -> None:
        """Take a day in; one that is there already, or no day at all, is a problem."""
        if not 1 <= number <= MOST_DAYS:
            self.say(line, number)
        elif number in self.days:
            self.problems.append(Problem(line, _("Day {number} is there twice.", number=number)))
        else:
            self.days[number] = lines

    def say(self, line: int, number: int) -> None:
        """There is no such day."""
        words = _("There is no day {number}: a pack has days from 1 to {most}.", number=min(number, 10**9), most=MOST_DAYS)
        self.problems.append(Problem(line, words))


def read_paste(text: str, *, first: int = 1, delimiter: str = "\t") -> Pasted:
    """What a pasted list or table says; every problem with its line. Days without numbers are counted from `first` on.

    A text with the delimiter in it is a table.
    """
    pasted = Pasted()
    if len(text.encode("utf-8", "surrogatepass")) > LARGEST:
        pasted.problems.append(too_large())
        return pasted
    written = [line for line in text.splitlines() if line.strip()]
    if written and all(line.lstrip().startswith("|") for line in written):
        _read_table(list(_bars(text)), pasted, first)
    elif any(delimiter in line for line in written):
        _read_table(_cells(text, pasted, delimiter), pasted, first)
    else:
        _read_list(text, pasted, first)
    starts = {number: lines.pop("") for number, lines in pasted.days.items()}
    for number, lines in pasted.days.items():
        _check(pasted, int(starts[number]), number, lines)
    pasted.problems.sort(key=lambda problem: problem.line)
    return pasted


Row = tuple[int, list[str]]  # the line at which it begins, and its cells


def delimiter_of(text: str) -> str:
    """What stands between the cells of a table that a spreadsheet wrote: whatever its first row has most of outside quotation marks."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", first)
    return max("\t;,", key=bare.count)


def _cells(text: str, pasted: Pasted, delimiter: str) -> list[Row]:
    """Rows of a spreadsheet: cells between delimiters, quoted where they hold delimiters, line ends or quotes."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    try:
        return list(_quoted(lines, delimiter))
    except csv.Error:  # a quotation mark that is only part of the words, or one that nobody closed
        rows = [(n, line.split(delimiter)) for n, line in enumerate(lines.split("\n"), 1) if line.strip()]
    for line, cells in rows:
        if any(cell.strip().startswith('"') and cell.count('"') % 2 for cell in cells):
            pasted.problems.append(Problem(line, _("A cell begins with a quotation mark here and does not end with one.")))
            break
    return [(line, [cell.strip() for cell in cells]) for line, cells in rows]


def _quoted(lines: str, delimiter: str) -> Iterator[Row]:
    rows = csv.reader(io.StringIO(lines, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    for cells in rows:
        if any(cell.strip() for cell in cells):
            yield begins, [cell.strip() for cell in cells]
        begins = rows.line_num + 1


def _bars(text: str) -> Iterator[Row]:
    """Rows of a table drawn with bars."""
    for line, row in enumerate(text.splitlines(), 1):
        if row.strip() and not RULE.match(row.strip()):
            cells = re.split(r"(?<!\\)\|", row.strip().removeprefix("|").removesuffix("|"))
            yield line, [cell.replace("\\|", "|").strip() for cell in cells]


def _read_table(rows: list[Row], pasted: Pasted, first: int) -> None:
    names = [_heading(cell) for cell in rows[0][1]] if rows else []
    known = [name for name in names if name]
    if "title" in known and len(known) > 1:
        line, cells = rows.pop(0)
        for cell, name in zip(cells, names, strict=True):
            if cell and name is None:
                pasted.problems.append(Problem(line, _("I do not know the column {column}.", column=clean_line(cell, 40))))
        doubled = {name for name in known if known.count(name) > 1}
        pasted.problems += [Problem(line, _("The column {column} is there twice.", column=name)) for name in sorted(doubled)]
        if "day" not in known and rows and all(len(cells) == len(names) + 1 and cells[0].isdecimal() for _line, cells in rows):
            names = ["day", *names]  # the heading of the first column was empty, and went with the blanks around the text
    else:
        has_day = all(_number(cells[0]) is not None for _line, cells in rows)
        names = ["day", *COLUMNS] if has_day else list(COLUMNS)
    following = first
    for line, cells in rows:
        if len(cells) > len(names) and any(cells[len(names) :]):
            words = _("This row has {cells} cells; there are {columns} columns.", cells=len(cells), columns=len(names))
            pasted.problems.append(Problem(line, words))
        said = {name: cell for name, cell in zip(names, cells, strict=False) if name and cell}
        number = following
        if "day" in said:
            told = said.pop("day")
            found = _number(told)
            if found is None:
                pasted.problems.append(Problem(line, _("{told} is no day's number.", told=clean_line(told, 40))))
                continue
            number = found
        following = number + 1
        theme = said.pop("theme", "")
        if theme and 1 <= number <= MOST_DAYS:
            pasted.themes.setdefault((number - 1) // WEEK + 1, clean_line(theme, LONGEST_THEME))
        pasted.add(line, number, {"": str(line), **said})


def to_list(pack: Pack, first: int = 1, last: int = MOST_DAYS) -> str:
    """Days as a list without indentation, to be copied out of a chat: pasting it gives the same days again."""
    out = []
    for number, activity in enumerate(pack.activities[first - 1 : last], start=first):
        if (number - 1) % WEEK == 0:
            out.append(f"Week {(number - 1) // WEEK + 1}: {pack.themes[(number - 1) // WEEK]}")
        lines = activity.as_json()
        out.append(f"Day {number}: {lines.pop('title')}")
        out += [f"{name.capitalize().replace('_', ' ')}: {' '.join(words.split())}" for name, words in lines.items() if words]
    return "\n".join(out)


def _heading(cell: str) -> str | None:
    plain = re.sub(r"[?!.,:;()]", "", cell.replace("_", " ")).casefold()
    return HEADINGS.get(" ".join(plain.split()))


def _number(cell: str) -> int | None:
    found = re.fullmatch(r"(?:day)?\s*(\d{1,9})(?:\.0+)?[.):]?", cell.strip(), re.IGNORECASE)
    return int(found.group(1)) if found else None


def _read_list(text: str, pasted: Pasted, first: int) -> None:
    lines = [(n, line.strip()) for n, line in enumerate(text.splitlines(), 1)]
    is_numbered = any(NUMBERED.match(line) for _n, line in lines)
    open_day: dict[str, str] | None = None
    last = first - 1
    for n, line in lines:
        if not line:
            continue
        if weekly := WEEKLY.match(line):
            pasted.themes.setdefault(int(weekly.group(1)[:4]), clean_line(weekly.group(2), LONGEST_THEME))
            continue
        found = NUMBERED.match(line)
        if is_numbered and found is None:
            if open_day is None:
                pasted.problems.append(Problem(n, _("This line stands before the first day.")))
            else:
                _go_on(open_day, line)
            continue
        words = found.group(3) if found else BULLET.sub("", line, count=1)
        last = int((found.group(1) or found.group(2))[:9]) if found else last + 1
        title, *practice = DASH.split(words.strip(), maxsplit=1)
        open_day = {"": str(n), "title": title, **({"practice": practice[0]} if practice else {})}
        pasted.add(n, last, open_day)


def _go_on(day: dict[str, str], line: str) -> None:
    """A line below a day belongs to it: one of its lines where it says which, else its practice."""
    labelled = LABELLED.match(line)
    name = _heading(labelled.group(1)) if labelled else None
    if labelled and name in LONGEST and name is not None:
        day[name] = labelled.group(2)
    else:
        day["practice"] = f"{day['practice']}\n{line}" if day.get("practice") else line


def _check(pasted: Pasted, line: int, number: int, lines: dict[str, str]) -> None:
    for name, words in list(lines.items()):
        lines[name] = clean_line(words, len(words) + 1) if name == "title" else clean_prose(words)
        if len(lines[name]) > LONGEST[name]:
            size, fit = len(lines[name]), LONGEST[name]
            said = _("Day {number}: {line} has {size} characters; {fit} fit.", number=number, line=name, size=size, fit=fit)
            pasted.problems.append(Problem(line, said))
    if not lines.get("title"):
        pasted.problems.append(Problem(line, _("Day {number} has no title.", number=number)))
