"""Serve queries in the web process, with nothing between Flask and the engine: what killable workers are measured by.

    python bench/plain.py STORE PREFIXES PORT
"""

import json
import sys

from flask import Flask, Response, request
from pyoxigraph import QueryResultsFormat, Store
from waitress import create_server

JSON = "application/sparql-results+json"


def main(folder: str, prefixes: str, port: str) -> None:
    """Serve until stopped."""
    store, known = Store.read_only(folder), json.loads(prefixes)
    app = Flask(__name__)

    @app.get("/sparql")
    def answer() -> Response:
        found = store.query(request.args["query"], prefixes=known)
        return Response(found.serialize(format=QueryResultsFormat.JSON), content_type=JSON)

    create_server(app, host="127.0.0.1", port=int(port), threads=8, ident=None).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
