"""One route, served by Werkzeug on the port given."""
import sys

from flask import Flask, jsonify

app = Flask(__name__)


@app.get("/")
def root():
    return jsonify(answer=42)


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(sys.argv[1]))
