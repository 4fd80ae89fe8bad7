"""Response headers that keep a page from being misused, and the caching rules that go with them."""

from __future__ import annotations

import secrets

from flask import Flask, Response, g, request

from kg.settings import Settings

# No inline script or style, nothing from another host, no framing. The nonce exists only on pages that ask for it.
POLICY = (
    "default-src 'self'; script-src 'self'{nonce}; style-src 'self'{nonce}; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

# Paths that programs on other sites may read; never with credentials.
CROSS_ORIGIN = (
    "/sparql", "/id/", "/data/", "/def", "/scheme/", "/graph/", "/rule/", "/shape/", "/cases.csv", "/matrix.csv",
)  # fmt: skip


def nonce() -> str:
    """Return the nonce of this response; a page that calls this is not stored, since its nonce must not be reused."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    value: str = g.nonce
    return value


def secure(response: Response) -> Response:
    """Add the security, cross-origin and caching headers to a response."""
    used = g.get("nonce")
    headers = response.headers
    headers["Content-Security-Policy"] = POLICY.format(nonce=f" 'nonce-{used}'" if used else "")
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    if request.path.startswith(CROSS_ORIGIN):
        headers["Access-Control-Allow-Origin"] = "*"
        headers["Access-Control-Expose-Headers"] = "Content-Disposition, ETag, Link, Retry-After, X-Request-ID"
    _cache(response, bool(used))
    return response


def _cache(response: Response, has_nonce: bool) -> None:
    # The tag is a hash of the answer itself, so it changes exactly when what the reader sees changes.
    if has_nonce or response.status_code >= 400:
        response.headers["Cache-Control"] = "no-store"
    elif request.endpoint == "static":
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if "v" in request.args else "no-cache"
    elif response.status_code == 200 and request.method in {"GET", "HEAD"} and not response.is_streamed:
        response.headers.setdefault("Cache-Control", "no-cache")
        response.add_etag(weak=True)
        response.make_conditional(request)


def init_app(app: Flask, settings: Settings) -> None:
    """Refuse foreign Host headers and oversized bodies, and send the headers with every response."""
    app.config["TRUSTED_HOSTS"] = [*settings.trusted_hosts, *({settings.host} - {"", "0.0.0.0", "::"})]  # noqa: S104 (left out)
    app.config.update(MAX_CONTENT_LENGTH=1_000_000, MAX_FORM_MEMORY_SIZE=1_000_000, MAX_FORM_PARTS=50)
    app.url_map.merge_slashes = False  # /id//x is not another spelling of /id/x
    app.after_request(secure)
    app.jinja_env.globals["csp_nonce"] = nonce
