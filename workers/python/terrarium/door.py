"""The one door into Python: a verb of src/protocol/python.ts, its request as JSON and its blobs → the answer as JSON and blobs.

A verb is `f(request: dict, blobs: list[bytes | memoryview])` and returns the value, or (value, list of blobs); it raises
Failure for expected stops. Any other exception is a bug and leaves through the door as it is.
"""
import json
from importlib import import_module

from . import limits
from .failure import Failure

VERBS = {
    "analyse": "terrarium.analyse:analyse",
    "notebook": "terrarium.notebook:notebook",
    "wheel_metadata": "terrarium.wheel_metadata:wheel_metadata",
    "resolve": "terrarium.resolve:resolve",
    "source_layout": "terrarium.build:source_layout",
    "build_environment": "terrarium.build:build_environment",
    "build_requires": "terrarium.build:build_requires",
    "build_wheel": "terrarium.build:build_wheel",
    "bare_wheel": "terrarium.bare_wheel:bare_wheel",
    "wheel_layer": "terrarium.wheel_layer:wheel_layer",
    "files_layer": "terrarium.files_layer:files_layer",
    "boot": "terrarium.boot:boot",
    "zipapp_main": "terrarium.zipapp_main:zipapp_main",
}


def call(verb: str, request_json: str, blobs: list) -> tuple[str, list]:
    # Imported outside the try: a Failure raised by an import would be a bug, not an answer.
    function = find_verb(verb)
    request = json.loads(request_json)
    limits.use(request.pop("limits", {}))
    try:
        value, answer_blobs = split_answer(function(request, blobs))
    except Failure as failure:
        return print_answer({"ok": False, "failure": failure.as_data()}), []
    return print_answer({"ok": True, "value": value}), answer_blobs


def find_verb(verb: str):
    module, _, name = VERBS[verb].partition(":")
    return getattr(import_module(module), name)


def split_answer(answer) -> tuple:
    return answer if isinstance(answer, tuple) else (answer, [])


def print_answer(answer: dict) -> str:
    # NaN and Infinity are not JSON: better a traceback here than a syntax error on the other side.
    return json.dumps(answer, ensure_ascii=False, allow_nan=False)
