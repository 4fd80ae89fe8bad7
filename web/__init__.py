"""Web front end: pages, downloads and the SPARQL endpoint over the knowledge graph."""

from __future__ import annotations

from flask import Flask

from kg.settings import Settings

__all__ = ["create_app"]


def create_app(settings: Settings | None = None) -> Flask:
    """Make the application: what it serves, then how it answers, then its addresses, subject by subject.

    Raises StoreFault when there is no release to serve.
    """
    from web import (
        articles,
        budget,
        cache,
        case,
        cases,
        claims,
        dispute,
        document,
        editor,
        entity,
        graphs,
        home,
        ontology,
        present,
        problems,
        procedure,
        questions,
        recommendation,
        recommendations,
        routes,
        search,
        security,
        site,
        sparql,
        statistics,
        terms,
    )

    settings = settings or Settings.load()
    app = Flask(__name__)

    site.init_app(app, site.open_site(settings))
    present.init_app(app)
    routes.init_app(app)
    security.init_app(app, settings)
    cache.init_app(app)
    budget.init_app(app, settings)  # after the cache: what is kept costs nothing
    problems.init_app(app)

    app.register_blueprint(home.blueprint)  # /  /about  /healthz
    app.register_blueprint(cases.blueprint)  # /cases  /cases.csv  /matrix  /matrix.csv
    app.register_blueprint(recommendations.blueprint)  # /recommendations  /deadlines, also .csv
    app.register_blueprint(articles.blueprint)  # /articles  /articles/cat  /articles/cat/12
    app.register_blueprint(search.blueprint)  # /search
    app.register_blueprint(questions.blueprint)  # /questions  /questions/…
    app.register_blueprint(editor.blueprint)  # /query
    app.register_blueprint(sparql.blueprint)  # /sparql
    app.register_blueprint(graphs.blueprint)  # /sparql/graph
    app.register_blueprint(case.blueprint)  # /page/communication/…
    app.register_blueprint(recommendation.blueprint)  # /page/recommendation/…
    app.register_blueprint(procedure.blueprint)  # /page/procedure/…
    app.register_blueprint(claims.blueprint)  # /claims  /claims.csv  /page/claim/…
    app.register_blueprint(dispute.blueprint)  # /page/question/…
    app.register_blueprint(statistics.blueprint)  # /statistics  /statistics.csv
    app.register_blueprint(document.blueprint)  # /page/document/…
    app.register_blueprint(ontology.blueprint)  # /page/def
    app.register_blueprint(terms.blueprint)  # /page/def/…  /page/scheme/…
    app.register_blueprint(entity.blueprint)  # /id/… /def/… /scheme/… /graph/…  →  /page/… or /data/…
    return app
