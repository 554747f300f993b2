"""Uses what freezers usually break: spawned processes, a child interpreter, databases, certificates, time zones, Tk."""
import concurrent.futures
import json
import multiprocessing
import sqlite3
import ssl
import subprocess
import sys
import tkinter
import zoneinfo


def square(number: int) -> int:
    return number * number


def main() -> None:
    context = multiprocessing.get_context("spawn")
    # wine 8 loses the executor's empty wake-up messages, in plain Python too: there the tests ask for the other pool.
    if "--multiprocessing-pool" in sys.argv:
        with context.Pool(2) as pool:
            squares = pool.map(square, range(4))
    else:
        with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:
            squares = list(pool.map(square, range(4)))
    child = subprocess.run([sys.executable, "-m", "json.tool", "--compact"], input='{"a": 1}', capture_output=True, text=True)
    database = sqlite3.connect(":memory:")
    total = database.execute("select 40 + 2").fetchone()[0]
    try:
        zone = str(zoneinfo.ZoneInfo("Europe/Vienna"))
    except zoneinfo.ZoneInfoNotFoundError:
        zone = "no data on this system"
    facts = {
        "squares": squares, "child": child.stdout.strip(), "sqlite": total, "tls": ssl.create_default_context().verify_mode.name,
        "zone": zone, "tk": tkinter.TkVersion, "frozen": getattr(sys, "frozen", False),
    }
    print(json.dumps(facts))


if __name__ == "__main__":
    main()
