"""Updates over the SPARQL 1.1 Protocol (section 2.2), for those who send the token of a writer; by default none can.

Only the header Authorization counts: no cookie, no parameter. So no page of another site can make a browser write.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from flask import Response, current_app, request
from werkzeug.datastructures import MultiDict

from kg.writers import writer_of
from web.budget import caller
from web.problems import Problem
from web.site import current

CHALLENGE = 'Bearer realm="servanda"'


class Update(NamedTuple):
    """Hold what a request asks to be changed: the texts, of which there must be one, and the parameters beside it."""

    texts: Sequence[str | bytes]
    parameters: MultiDict[str, str]


def carry_out(update: Update) -> Response:
    """Carry out an update; 204 when it is done, and the next request sees what has changed."""
    writer = _writer()
    if len(update.texts) > 1 or "query" in update.parameters:
        raise Problem(400, "More than one operation", "Send one parameter “update”, and no “query” beside it.")
    site = current()
    if site.settings.endpoint:
        detail = "The statements are on a server of their own, which is filled from files only."
        raise Problem(501, "Updates are not implemented here", detail)
    default, named = (update.parameters.getlist(f"using-{kind}-uri") for kind in ("graph", "named-graph"))
    changed = site.updates.run(update.texts[0], writer, default, named, caller())
    current_app.logger.info("update by %s: %s", writer, "new release" if changed else "nothing has changed")
    return Response(status=204)


def _writer() -> str:
    """Return the name of the writer who sends this request; refuse everybody else."""
    path = current().settings.writers
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if path is None:
        detail = "Updates need a token, and no tokens are given out: the data change by a new release."
        raise Problem(401, "Updates are not accepted", detail, {"WWW-Authenticate": CHALLENGE})
    if scheme.lower() != "bearer" or not token.strip():
        detail = "Send the token of a writer in the header Authorization, as in “Authorization: Bearer …”."
        raise Problem(401, "A token is needed", detail, {"WWW-Authenticate": CHALLENGE})
    name = writer_of(token.strip(), path)
    if name is None:
        detail = "This token is not one of a writer, or its time is over."
        headers = {"WWW-Authenticate": f'{CHALLENGE}, error="invalid_token"'}
        raise Problem(401, "The token is not valid", detail, headers)
    return name
