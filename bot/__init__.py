"""The vocabulary and the machine: no platform, no feature."""

__version__ = "0.1.0"
