"""Settings: an override wins over the environment, which wins over the default; wrong values are told by name."""

import dataclasses
from pathlib import Path

import pytest

from kg.errors import UsageError
from kg.settings import Limits, Settings, project_root


def test_defaults():
    settings = Settings.load({})
    assert (settings.host, settings.port, settings.limits.seconds) == ("127.0.0.1", 8000, 10)
    assert settings.root == project_root()
    assert settings.store == Path.cwd() / ".servanda"


def test_environment_is_read_when_called():
    env = {"SERVANDA_PORT": "8080", "SERVANDA_TRUSTED_HOSTS": "a.example, b.example", "SERVANDA_LIMIT_SECONDS": "2.5"}
    settings = Settings.load(env)
    assert settings.port == 8080
    assert settings.trusted_hosts == ("a.example", "b.example")
    assert settings.limits == Limits(seconds=2.5)


def test_override_wins_and_none_is_not_given():
    settings = Settings.load({"SERVANDA_PORT": "8080"}, port=9000, host=None)
    assert (settings.port, settings.host) == (9000, "127.0.0.1")


@pytest.mark.parametrize(
    ("env", "message"),
    [
        ({"SERVANDA_PORT": "abc"}, 'SERVANDA_PORT: "abc" is not a whole number'),
        ({"SERVANDA_PORT": "70000"}, "port 70000 is not between 0 and 65535"),
        ({"SERVANDA_TRUSTED_PROXIES": "-1"}, "-1 is not a number of proxies; 0 stands for none"),
        (
            {"SERVANDA_SERVICE_ALLOW": "https://a.example/sparql, ftp://b.example/"},
            'service_allow "ftp://b.example/" is not an address such as http://127.0.0.1:7878/query',
        ),
        (
            {"SERVANDA_SERVICE_ALLOW": "https://user:word@a.example/sparql"},
            "service_allow: user and password belong into the file that SERVANDA_CREDENTIALS names",
        ),
        (
            {"SERVANDA_SERVICE_NETWORKS": "10.1.2.3/16"},
            "service_networks: 10.1.2.3/16 has host bits set; write a network such as 10.1.0.0/16",
        ),
        ({"SERVANDA_LIMIT_ROWS": "1.5"}, 'SERVANDA_LIMIT_ROWS: "1.5" is not a whole number'),
        ({"SERVANDA_LIMIT_SECONDS": "0"}, 'SERVANDA_LIMIT_SECONDS: "0" must be more than 0'),
        ({"SERVANDA_BASE_IRI": "https://example.org"}, 'base IRI "https://example.org" must end in "/"'),
    ],
)
def test_wrong_value_is_a_usage_error(env, message):
    with pytest.raises(UsageError, match=f"^{message}$".replace("/", "/")):
        Settings.load(env)


def test_wrong_root_names_the_way_out(tmp_path):
    with pytest.raises(UsageError, match="set SERVANDA_ROOT to the folder that has it"):
        Settings.load({}, root=tmp_path)


def test_unknown_setting():
    with pytest.raises(UsageError, match='"colour" is not a setting; settings: root, store'):
        Settings.load({}, colour="red")


def test_settings_are_frozen_and_few():
    settings = Settings.load({})
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.port = 1
    assert len(dataclasses.fields(settings)) <= 14
