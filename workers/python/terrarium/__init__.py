"""The part of Terrarium that is Python: it runs in Pyodide, in a worker, and on plain CPython in the tests."""
