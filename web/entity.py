"""Addresses of things: /id/… and its siblings answer 303, /page/… shows a thing, /data/… sends it as RDF."""

from __future__ import annotations

from typing import NamedTuple

from flask import Blueprint, Response, make_response, redirect, render_template, request

from kg.entity import Entity, Group, as_rdf, describe, incoming
from kg.errors import NotFound
from kg.labels import Link
from kg.query import GRAPH_FORMATS
from kg.store import iri, match
from web import negotiate
from web.negotiate import HTML, RDF_SUFFIXES
from web.present import local_name, page_path, with_query
from web.problems import Problem, not_acceptable
from web.site import Site, current

blueprint = Blueprint("entity", __name__)

KINDS = ("scheme", "graph", "rule", "shape", "def")  # what stands beside /id; anything else below /page is an id
LISTED = 100  # things on one page of a long list of incoming links


class View(NamedTuple):
    """Hold what the pages of things share: the thing, its path below /page and /data, and its sources in order."""

    entity: Entity
    path: str
    sources: tuple[Link, ...]


@blueprint.get("/def")
@blueprint.get("/def.<slug:name>")
@blueprint.get("/def/<thing:name>")
@blueprint.get("/id/<thing:name>")
@blueprint.get("/scheme/<thing:name>")
@blueprint.get("/graph/<thing:name>")
@blueprint.get("/rule/<thing:name>")
@blueprint.get("/shape/<thing:name>")
def dereference(name: str = "") -> Response:
    """Send a client on to the page or the data of a thing (303), by suffix or by Accept."""
    site = current()
    path, asked = negotiate.split_suffix(request.path)
    subject = existing(site, path)
    offers = [HTML, *RDF_SUFFIXES.values()]
    chosen = asked or negotiate.choose(request.headers.get("Accept"), offers)
    if chosen is None:
        raise not_acceptable(offers)
    below = path.removeprefix("/id")
    target = page_path(site.names, subject) if chosen == HTML else f"/data{below}.{_suffix(chosen)}"
    response = make_response(redirect(target or "/", 303))
    response.vary.add("Accept")
    return response


@blueprint.get("/page/<thing:name>")
def page(name: str) -> Response:
    """Show all that is known of a thing; with ?incoming= all things that point to it with one property."""
    site = current()
    subject = existing(site, _local(name))
    if "incoming" in request.args:
        return make_response(_incoming_page(site, subject, name))
    return show("entity.html", view(subject, f"/{name}"))


@blueprint.get("/data/<thing:name>")
def data(name: str) -> Response:
    """Send what is known of a thing as RDF, in the format of the suffix or of the Accept header."""
    site = current()
    stem, asked = negotiate.split_suffix(name)
    subject = existing(site, _local(stem))
    offers = list(RDF_SUFFIXES.values())
    media_type = asked or negotiate.choose(request.headers.get("Accept"), offers)
    if media_type is None:
        raise not_acceptable(offers)
    format = next(format for format, known in GRAPH_FORMATS.items() if known == media_type)
    response = Response(as_rdf(site.store, subject, site.settings, format), content_type=content_type(media_type))
    response.headers["Link"] = f'<{subject}>; rel="describes", {LICENSE}'
    if asked is None:
        response.vary.add("Accept")
        response.headers["Content-Location"] = f"/data/{stem}.{_suffix(media_type)}"
    return response


LICENSE = '<https://creativecommons.org/licenses/by/4.0/>; rel="license"'


def view(subject: str, path: str) -> View:
    """Describe a thing for a page; raises NotFound."""
    site = current()
    entity = describe(site.store, subject, site.settings)
    values = [value for group in (*entity.groups, *entity.incoming) for value in group.values]
    sources = [source for value in values for source in value.sources if source.iri != site.names.derived_graph]
    return View(entity, path, tuple(dict.fromkeys(sources)))


def show(template: str, shown: View, **more: object) -> Response:
    """Render the page of a thing, with links to its data in the head of the answer (signposting)."""
    numbers = {source.iri: number for number, source in enumerate(shown.sources, 1)}
    page = render_template(
        template,
        entity=shown.entity,
        path=shown.path,
        sources=shown.sources,
        numbers=numbers,
        rdf_formats=RDF_SUFFIXES,
        **more,
    )
    response = make_response(page)
    links = [f'<{shown.entity.iri}>; rel="cite-as"', LICENSE]
    links += [f'</data{shown.path}.{end}>; rel="describedby"; type="{kind}"' for end, kind in RDF_SUFFIXES.items()]
    response.headers["Link"] = ", ".join(links)
    return response


def content_type(media_type: str) -> str:
    """Return a media type with the character set where the type has that parameter."""
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def _incoming_page(site: Site, subject: str, name: str) -> str:
    """Show one page of the things that point to a thing with one property."""
    try:
        offset = max(int(request.args.get("offset", "0")), 0)
    except ValueError:
        raise Problem(400, "Not a number", "The parameter “offset” is a whole number.") from None
    property = site.names.expand(request.args["incoming"])
    found: Group = incoming(site.store, subject, property, site.settings, offset, LISTED)
    if not found.values:
        raise NotFound(f"{site.names.shorten(property)} of {local_name(subject)}", "list")
    before, after = max(offset - LISTED, 0), offset + LISTED
    here = f"/page/{name}"
    return render_template(
        "incoming.html",
        entity=describe(site.store, subject, site.settings, 1),
        group=found,
        offset=offset,
        here=here,
        before=with_query(here, incoming=request.args["incoming"], offset=before) if offset else None,
        after=with_query(here, incoming=request.args["incoming"], offset=after) if after < found.count else None,
    )


def _local(name: str) -> str:
    """Return the local path of what stands below /page and /data."""
    return f"/{name}" if name.partition("/")[0] in KINDS else f"/id/{name}"


def existing(site: Site, path: str) -> str:
    """Return the IRI of a local path; raises NotFound where nothing is known of it."""
    subject = site.names.iri_of(path)
    # Terms of the ontology are fragments, its modules are not, and both have paths below /def.
    candidates = [subject, site.names.base_iri + path[1:]] if path.startswith("/def/") else [subject]
    for candidate in candidates:
        node = iri(candidate)
        if match(site.store, node) or match(site.store, object=node) or match(site.store, graph=node):
            return candidate
    detail = f"Nothing is known of {subject}. The search may find what you are looking for."
    search = with_query("/search", q=local_name(path).replace("-", " "))
    raise Problem(404, "Not found", detail, search=search)


def _suffix(media_type: str) -> str:
    return next(suffix for suffix, known in RDF_SUFFIXES.items() if known == media_type)
