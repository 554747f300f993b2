"""Imported before `terrarium.layers`: how layers and byte code are written is said once, in workers/python, for wheels and runtimes."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "workers/python"))
