"""`python -m bench NAME`: a table for people, and one JSON object as the last line."""

from __future__ import annotations

import sys
from importlib import import_module

BENCHES = (
    "claim",
    "directory",
    "interactions",
    "memory",
    "opinions",
    "outbox",
    "pairing",
    "planning",
    "startup",
    "storm",
    "teams",
    "votes",
    "wind",
)


def main() -> int:
    """Run one bench; the exit code tells whether its aim was met."""
    if len(sys.argv) < 2 or sys.argv[1] not in BENCHES:
        print(f"usage: python -m bench {{{','.join(BENCHES)}}} [SIZE ...]", file=sys.stderr)
        return 2
    report = import_module(f"bench.{sys.argv[1]}").measure(*map(int, sys.argv[2:]))
    report.show()
    return 0 if report.ok else 1


if __name__ == "__main__":
    sys.exit(main())
