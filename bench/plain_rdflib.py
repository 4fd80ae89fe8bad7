"""Serve queries with rdflib in memory, over the same Flask as `plain.py`: what most Python projects would do.

    python bench/plain_rdflib.py FILE.nq PORT
"""

import sys
import threading

from flask import Flask, Response, request
from rdflib import Dataset
from waitress import create_server

JSON = "application/sparql-results+json"


def main(file: str, port: str) -> None:
    """Load the file and serve until stopped."""
    data = Dataset(default_union=True)
    data.parse(file, format="nquads")
    data.query("SELECT * { ?s ?p ?o } LIMIT 1")  # the parser of queries is not safe for threads before its first use
    parsing = threading.Lock()
    app = Flask(__name__)

    @app.post("/sparql")
    def answer() -> Response:
        with parsing:
            found = data.query(request.form["query"])
        return Response(found.serialize(format="json"), content_type=JSON)

    create_server(app, host="127.0.0.1", port=int(port), threads=8, ident=None).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
