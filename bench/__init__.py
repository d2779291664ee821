"""Benchmarks: `python -m bench NAME` measures on loopback, against a baseline of the same run, and asserts what it measured."""

import bot.logs  # noqa: F401 - before anything else, as the command line does
