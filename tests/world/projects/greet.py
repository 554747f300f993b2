"""Greets whoever stands on standard input; needs nothing but Python."""
import json
import sys

if __name__ == "__main__":
    names = sys.stdin.read().split()
    print(json.dumps({"hello": names, "arguments": sys.argv[1:]}))
    raise SystemExit(3)
