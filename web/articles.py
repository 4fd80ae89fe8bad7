"""The treaties, their articles, and for each article what it asks and what the committees made of it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template

from kg import saved
from kg.cases import Case, cases
from kg.errors import NotFound
from kg.provisions import Provision, provisions
from kg.rows import text
from kg.store import Node
from web.present import local_name
from web.site import current

blueprint = Blueprint("articles", __name__)

BAR = 60  # width of the longest bar, px


@dataclass(frozen=True)
class Treaty:
    """Hold one treaty as the tables show it; `invoked` and `violated` count cases."""

    iri: str
    label: str
    acronym: str
    body: str
    body_iri: str
    adopted: str
    in_force: str
    articles: int
    invoked: int
    violated: int

    @property
    def slug(self) -> str:
        """Return the name of the treaty in addresses."""
        return local_name(self.iri)

    @property
    def short(self) -> str:
        """Return the acronym, or the full name of a treaty without one."""
        return self.acronym or self.label


@dataclass(frozen=True)
class Article:
    """Hold one article as a list of articles shows it; `bar` is the width of its bar in pixels."""

    iri: str
    slug: str
    number: str
    citation: str
    title: str
    summary: Node | None
    path: str
    invoked: int
    violated: int
    bar: int = 0


def treaties() -> list[Treaty]:
    """Return every treaty, those whose articles are known first, then the oldest first."""
    found = [
        Treaty(
            iri=text(row, "treaty"),
            label=text(row, "label"),
            acronym=text(row, "acronym"),
            body=text(row, "bodyName"),
            body_iri=text(row, "body"),
            adopted=text(row, "adopted"),
            in_force=text(row, "inForce"),
            articles=int(text(row, "articles")),
            invoked=int(text(row, "invoked")),
            violated=int(text(row, "violated")),
        )
        for row in saved.run(current().store, "page-treaties")
    ]
    return sorted(found, key=lambda treaty: (not treaty.articles, treaty.adopted or "9999", treaty.label))


def find_treaty(slug: str) -> Treaty:
    """Return one treaty by its name in addresses; raises NotFound."""
    for treaty in treaties():
        if treaty.slug == slug.lower():
            return treaty
    raise NotFound(slug, "treaty")


def articles_of(treaty: Treaty) -> list[Article]:
    """Return the articles of a treaty in their order."""
    rows = saved.run(current().store, "page-articles", treaty=treaty.iri)
    most = max((int(text(row, "violated")) for row in rows), default=0)
    return [
        Article(
            iri=text(row, "article"),
            slug=article_slug(text(row, "article"), treaty.iri),
            number=text(row, "number"),
            citation=text(row, "citation"),
            title=heading(text(row, "label"), text(row, "citation")),
            summary=row["summary"],
            path=f"/articles/{treaty.slug}/{article_slug(text(row, 'article'), treaty.iri)}",
            invoked=int(text(row, "invoked")),
            violated=int(text(row, "violated")),
            bar=BAR * int(text(row, "violated")) // most if most else 0,
        )
        for row in rows
    ]


def article_slug(article: str, instrument: str) -> str:
    """Return the name of an article below its treaty: cat-12 of cat is 12."""
    return local_name(article).removeprefix(local_name(instrument) + "-")


def provision_path(provision: Provision) -> str:
    """Return the address of the article page of a provision, at the provision where it is a part of the article."""
    path = f"/articles/{local_name(provision.instrument)}/{article_slug(provision.article, provision.instrument)}"
    return path if provision.iri == provision.article else f"{path}#{local_name(provision.iri)}"


@blueprint.app_template_filter("article_path")
def path_of(iri: object) -> str | None:
    """Return the address of the article page of a provision given by its IRI, None for anything else."""
    provision = provisions(current().store).get(str(iri))
    return provision_path(provision) if provision else None


@blueprint.app_template_filter("heading")
def heading(label: str, citation: str) -> str:
    """Return a label without the citation before it: "CAT 12: Prompt inquiry" becomes "Prompt inquiry"."""
    return label.removeprefix(f"{citation}: ")


@blueprint.get("/articles")
def listing() -> str:
    """Show the treaties."""
    return render_template("treaties.html", treaties=treaties())


@blueprint.get("/articles/<slug:treaty>")
def treaty_page(treaty: str) -> str:
    """Show one treaty: who watches over it, what States did towards it, and its articles."""
    found = find_treaty(treaty)
    acts = saved.run(current().store, "page-treaty-acts", treaty=found.iri)
    return render_template("treaty.html", treaty=found, acts=acts, articles=articles_of(found), bar=BAR)


@blueprint.get("/articles/<slug:treaty>/<slug:article>")
def article_page(treaty: str, article: str) -> str:
    """Show one article: summary, obligations, parts, and the cases that concern it."""
    found, store = find_treaty(treaty), current().store
    listed = articles_of(found)
    place = next((place for place, item in enumerate(listed) if item.slug == article.lower()), None)
    if place is None:
        raise NotFound(f"{found.short} {article}", "article")
    item = listed[place]
    violated, invoked = _concerned(item.iri)
    return render_template(
        "article.html",
        treaty=found,
        article=item,
        obligations=saved.run(store, "page-article-obligations", article=item.iri),
        parts=saved.run(store, "page-article-parts", article=item.iri),
        violated=violated,
        invoked=invoked,
        before=listed[place - 1] if place else None,
        after=listed[place + 1] if place + 1 < len(listed) else None,
        data_path=f"/data/provision/{local_name(item.iri)}",
    )


def _concerned(article: str) -> tuple[list[Case], list[Case]]:
    """Return the rows in which an article or a part of it was found violated, and those that invoke it."""
    rows = cases(current().store)
    violated = [row for row in rows if any(finding.provision.article == article for finding in row.violations)]
    invoked = [row for row in rows if any(provision.article == article for provision in row.invoked)]
    return violated, invoked
