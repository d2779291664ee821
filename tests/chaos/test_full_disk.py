"""A disk that is really full, on a small file system of the test's own: what was typed comes back, and delivery goes on afterwards."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kit.databases import Databases

ROOT = Path(__file__).parents[2]
APART = ("unshare", "--user", "--map-root-user", "--mount")


def _may_mount() -> bool:
    if shutil.which("unshare") is None:
        return False
    tried = subprocess.run([*APART, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, check=False)  # noqa: S603 - our own
    return tried.returncode == 0


@pytest.mark.thorough
def test_a_full_disk_loses_nothing(all_databases: Databases, tmp_path: Path) -> None:
    if not _may_mount():
        pytest.skip("nobody but root may mount a file system here")
    small = tmp_path / "small"
    small.mkdir()
    all_databases.sqlite(tmp_path)
    size = (tmp_path / "convene.db").stat().st_size + 2 * 2**20
    mounted = f"mount -t tmpfs -o size={size} none {small} && cp {tmp_path}/convene.db {small}"
    steps = f"{mounted} && exec {sys.executable} -m tests.chaos.full_disk {small}"
    done = subprocess.run(  # noqa: S603 - our own
        [*APART, "sh", "-c", steps], cwd=ROOT, capture_output=True, text=True, check=False, timeout=100
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert "disk is full" in done.stdout, "the database met its end"
    assert told["faults"] == []
    assert told["entries_are_right"]
    assert told["refused"] > 0
    assert told["arrived_before"] < told["posts"]
