"""Benchmarks: `python -m bench NAME` measures on loopback, against a baseline of the same run, and asserts what it measured."""
