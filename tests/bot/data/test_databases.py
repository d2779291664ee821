"""The databases of tests: a run that is killed leaves none behind for good."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.kit.databases import OWNER, SERVER, tidy

RUN = """
import time
from tests.kit.databases import databases

with databases() as made:
    made.postgres()
    print(made.home, flush=True)
    time.sleep(600)
"""


@pytest.mark.thorough
def test_the_server_of_a_run_that_was_killed_is_ended_by_the_next() -> None:
    with subprocess.Popen([sys.executable, "-c", RUN], stdout=subprocess.PIPE, text=True) as run:  # noqa: S603
        assert run.stdout is not None
        home = Path(run.stdout.readline().strip())
        tidy(home.parent)
        running = home / "data" / "postmaster.pid"
        assert running.is_file(), "it runs, and so does its owner"
        server = int(running.read_text().split()[0])
        run.kill()
        run.wait()
    tidy(home.parent)
    assert not home.exists()
    assert not Path(f"/proc/{server}").exists()


def test_what_somebody_uses_and_what_is_not_ours_stays(tmp_path: Path) -> None:
    for name, owner in ((f"{SERVER}mine", "1"), (f"{SERVER}left", "999999999"), ("else", "999999999")):
        (tmp_path / name).mkdir()
        (tmp_path / name / OWNER).write_text(owner)
    (tmp_path / f"{SERVER}new").mkdir()  # whose owner is not written down yet
    tidy(tmp_path)
    assert {each.name for each in tmp_path.iterdir()} == {f"{SERVER}mine", f"{SERVER}new", "else"}
