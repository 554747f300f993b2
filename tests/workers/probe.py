"""A verb for the tests of the thread: runs the given Python, which finds `blobs` and sets `value` and perhaps `out`."""
from .failure import Failure


def probe(request, blobs):
    names = {"blobs": blobs, "Failure": Failure, "value": None, "out": []}
    exec(request["code"], names)
    return names["value"], names["out"]
