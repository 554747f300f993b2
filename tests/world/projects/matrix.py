# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy", "orjson"]
# ///
"""Multiplies two matrices and prints the product as JSON."""
import sys

import orjson

if __name__ == "__main__":
    if "--only-orjson" in sys.argv:
        sys.stdout.buffer.write(orjson.dumps({"orjson": orjson.__version__}))
    else:
        import numpy

        product = numpy.array([[1.0, 2.0], [3.0, 4.0]]) @ numpy.array([[5.0, 6.0], [7.0, 8.0]])
        sys.stdout.buffer.write(orjson.dumps(product, option=orjson.OPT_SERIALIZE_NUMPY))
