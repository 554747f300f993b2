// The project behind "Try an example": one script with a dependency, as PEP 723 writes it.
import type { Source } from '../model/project';

const text = `# /// script
# requires-python = ">=3.11"
# dependencies = ["rich>=13"]
# ///
"""Counts down, in colour."""
import sys
import time

from rich.console import Console
from rich.progress import track

__version__ = "1.0"


def main() -> None:
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    for _ in track(range(seconds * 10), description="Counting down"):
        time.sleep(0.1)
    Console().print("[bold green]Lift-off![/]", "Python", sys.version.split()[0])


if __name__ == "__main__":
    main()
`;

export const makeExampleProject = (): Source => ({ kind: 'file', name: 'countdown.py', blob: new Blob([text]) });
