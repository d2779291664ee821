"""The platforms' ledger in the words of the plain computation."""

from __future__ import annotations

import re

from tests.chaos.plain import Promised
from tests.chaos.record import Line

CALLED = (
    (re.compile(r"Day (\d+): "), "day {}"),
    (re.compile(r"A better practitioner: the week up to day (\d+)"), "week {}"),
    (re.compile(r"Hello\. I am here"), "hello"),
    (re.compile(r"A challenge begins on"), "announcement"),
    (re.compile(r"A better practitioner is over\. Thank you for learning"), "over"),
    (re.compile(r"The last day of A better practitioner"), "farewell"),
    (re.compile(r"The closing report of A better practitioner is yours"), "report"),
)


def line_of(line: Line) -> Promised:
    """A line of the ledger as the plain computation has it; what nobody knows keeps its whole text."""
    text = str(line["text"])
    for pattern, name in CALLED:
        if found := pattern.match(text):
            text = name.format(*found.groups())
            break
    return line["at"].replace(second=0), line["on"], line["to"], text
