"""The release that is served: opened once, followed when a build switches it, never half of it."""

import shutil
from pathlib import Path

import pytest
from flask import Flask

from kg.build import build
from kg.errors import StoreFault
from kg.settings import Settings
from web import create_app
from web.site import KEY, bundle_address, static_address

ROOT = Path(__file__).parents[2]


@pytest.fixture
def changing(tmp_path: Path, released: Settings) -> Settings:
    """Give settings with files that a test may change, and a copy of the full release as the live one."""
    for name in ("ontology", "shapes", "data"):
        shutil.copytree(ROOT / name, tmp_path / "root" / name)
    shutil.copytree(released.store, tmp_path / "store", symlinks=True)
    return Settings.load({}, root=tmp_path / "root", store=tmp_path / "store")


def test_follows_a_new_release_and_survives_a_damaged_one(
    changing: Settings, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.query.LOOKED", 0)  # the releases follow each other within no time here
    app = create_app(changing)
    client = app.test_client()
    try:
        old = client.get("/healthz").get_json()
        assert "Committee against Torture" in client.get("/page/body/cat").text
        path = changing.data / "reference" / "bodies.ttl"
        text = path.read_text(encoding="utf-8")
        path.write_text(
            text.replace('"Committee against Torture"', '"Committee against All Torture"'), encoding="utf-8"
        )
        build(changing)
        assert client.get("/healthz").get_json()["release"] != old["release"]
        assert "Committee against All Torture" in client.get("/page/body/cat").text
        asked = client.get("/sparql?query=SELECT%20%3Fl%20%7B%20body%3Acat%20rdfs%3Alabel%20%3Fl%20%7D")
        assert "All Torture" in asked.text

        other = changing.store / "releases" / "damaged"
        other.mkdir()
        (changing.store / "current").unlink()
        (changing.store / "current").symlink_to("releases/damaged")
        assert "Committee against All Torture" in client.get("/page/body/cat").text
        assert "still serving release" in caplog.text
    finally:
        app.extensions[KEY].queries.close()


def test_no_release(tmp_path: Path) -> None:
    with pytest.raises(StoreFault, match="servanda build"):
        create_app(Settings.load({}, store=tmp_path))


def test_addresses_of_static_files(app: Flask, tmp_path: Path) -> None:
    with app.test_request_context():
        assert static_address("site.css").startswith("/static/site.css?v=")
        assert bundle_address("nothing.js") is None
        app.static_folder, before = str(tmp_path), app.static_folder
        try:
            assert bundle_address("editor.js") is None
        finally:
            app.static_folder = before
