"""The command: counts words, draws bars, and can say what it found around itself."""
import importlib.metadata
import importlib.resources
import json
from pathlib import Path

import click
import httpx
from rich.console import Console
from rich.table import Table


def read_colours() -> list[str]:
    return importlib.resources.files("plotter").joinpath("data/colours.txt").read_text().split()


def read_title() -> str:
    return (Path(__file__).parent / "data" / "title.txt").read_text().strip()


@click.command()
@click.argument("words", nargs=-1)
@click.option("--facts", is_flag=True, help="Print versions and data as JSON instead of drawing.")
def main(words: tuple[str, ...], facts: bool) -> None:
    """Draw a bar for each of WORDS."""
    if facts:
        found = {
            "version": importlib.metadata.version("plotter"),
            "httpx": httpx.__version__,
            "colours": read_colours(),
            "title": read_title(),
        }
        click.echo(json.dumps(found))
        return
    table = Table(title=read_title())
    for word, colour in zip(words, read_colours()):
        table.add_row(word, f"[{colour}]" + "#" * len(word))
    Console().print(table)
