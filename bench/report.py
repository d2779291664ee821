"""What a bench found: a table and one line of JSON."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Report:
    """One bench's outcome; `ok` says whether the aim was met."""

    bench: str
    ratio: float
    aim: float
    ok: bool
    header: Sequence[str]
    rows: Sequence[Sequence[object]]
    figures: Mapping[str, object] = field(default_factory=dict)
    notes: Sequence[str] = ()

    def show(self) -> None:
        """Print the table, the notes and the JSON."""
        cells = [[str(cell) for cell in row] for row in (self.header, *self.rows)]
        widths = [max(len(row[column]) for row in cells) for column in range(len(self.header))]
        for row in cells:
            first, *others = (
                cell.ljust(width) if not column else cell.rjust(width) for column, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
            print("  ".join((first, *others)))
        for note in self.notes:
            print(note)
        print(f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()} {platform.machine()}")
        head = {"bench": self.bench, "ratio": round(self.ratio, 3), "aim": self.aim, "ok": self.ok}
        print(json.dumps({**head, "cores": os.cpu_count(), **self.figures}))
