"""Serve the pages with waitress: `python -m web --host 127.0.0.1 --port 8000`."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

import waitress  # type: ignore[import-untyped]

from kg.errors import EnvironmentFault, ServandaError
from kg.settings import Settings
from kg.writers import read_writers
from web import create_app

HEADER_BYTES = 65_536  # a query of 16,000 bytes, percent-encoded, fits into the address


def main() -> int:
    """Read the options and serve until stopped; return the exit code of the command."""
    parser = argparse.ArgumentParser(prog="python -m web", description="Serve the Servanda pages and SPARQL endpoint.")
    parser.add_argument("--host", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen on (default: 8000)")
    parser.add_argument("--store", type=Path, help="folder of the store (default: .servanda)")
    parser.add_argument("--endpoint", help="SPARQL 1.1 server that holds the statements, in place of a store")
    parser.add_argument("--writers", type=Path, help="file of the tokens that may change the graph over the web")
    parser.add_argument("--threads", type=int, default=8, help="pages made at the same time (default: 8)")
    options = parser.parse_args()
    for stop in (signal.SIGINT, signal.SIGTERM):  # also where the shell that started it had them ignored
        signal.signal(stop, signal.default_int_handler)
    try:
        given = {name: value for name, value in vars(options).items() if name != "threads"}
        serve(Settings.load(**given), options.threads)
    except ServandaError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
    return 0


def in_queries(settings: Settings) -> int:
    """Return how many requests may be running a query or waiting to; they have threads beside those of the pages."""
    limits = settings.limits
    updates = 1 + limits.queue if settings.writers else 0
    return limits.workers + limits.queue + updates + (2 * limits.workers if settings.service_allow else 0)


def serve(settings: Settings, threads: int) -> None:
    """Serve until stopped; raises EnvironmentFault when the port cannot be had or the writers cannot be read."""
    if settings.writers:
        read_writers(settings.writers)
    app = create_app(settings)
    try:
        server = waitress.create_server(
            app,
            host=settings.host,
            port=settings.port,
            threads=threads + in_queries(settings),
            ident=None,
            # Waitress sees that a client leaves only while it reads, and reads on only while requests may follow.
            channel_request_lookahead=1,
            clear_untrusted_proxy_headers=not settings.trusted_proxies,
            max_request_header_size=HEADER_BYTES,
            max_request_body_size=1_100_000,
        )
    except OSError as error:
        raise EnvironmentFault(f"port {settings.port} on {settings.host}: {error.strerror}") from None
    print(f"serving http://{settings.host}:{server.effective_port} (stop with Ctrl+C)", file=sys.stderr)
    try:
        server.run()
    finally:
        app.extensions["servanda"].updates.close()
        app.extensions["servanda"].queries.close()


if __name__ == "__main__":
    sys.exit(main())
