"""How much is tried: what stands for the rest in the usual run, or really everything."""

from __future__ import annotations

import os

EVERYTHING = os.environ.get("CONVENE_TEST_EVERYTHING") == "1"
