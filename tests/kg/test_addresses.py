"""Which addresses a query may make us connect to, and that a name is looked up once."""

from __future__ import annotations

import socket
import threading

import pytest

from kg.addresses import connect, is_allowed

REFUSED = {
    "loopback": ["127.0.0.1", "127.8.8.8", "::1"],
    "private": ["10.0.0.1", "172.16.0.1", "192.168.1.1", "fd00::1", "fc00::1"],
    "link-local": ["169.254.1.1", "fe80::1", "fe80::1%eth0", "fec0::1"],
    "configuration of a cloud machine": ["169.254.169.254", "100.100.100.200", "192.0.0.192", "168.63.129.16",
                                         "fd00:ec2::254"],
    "multicast": ["224.0.0.1", "239.255.255.250", "ff02::1", "ff0e::1"],
    "unspecified": ["0.0.0.0", "::"],
    "broadcast and reserved": ["255.255.255.255", "240.0.0.1", "198.18.0.1", "100.64.0.1", "192.88.99.1"],
    "documentation": ["192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1"],
    "IPv4 inside IPv6": ["::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1",
                         "2002:7f00:1::", "2001:0:7f00:1::1"],
}  # fmt: skip


@pytest.mark.parametrize(("kind", "addresses"), REFUSED.items(), ids=REFUSED)
def test_special_addresses_are_refused(kind: str, addresses: list[str]) -> None:
    assert [address for address in addresses if is_allowed(address)] == []


def test_public_addresses_are_allowed() -> None:
    assert all(map(is_allowed, ["8.8.8.8", "193.0.6.139", "::ffff:8.8.8.8", "2606:4700:4700::1111", "2a00:1450::1"]))


def test_a_network_that_the_operator_names() -> None:
    assert is_allowed("10.1.2.3", ["10.1.0.0/16", "fd00::/8"])
    assert is_allowed("::ffff:10.1.2.3", ["10.1.0.0/16"])
    assert not is_allowed("10.2.2.3", ["10.1.0.0/16", "fd00::/8"])


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[list[str]]]:
    """Give a table of names: the addresses that each look-up gives, in turn; the last stays."""
    table: dict[str, list[list[str]]] = {}

    def look_up(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        if host not in table:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        answers = table[host]
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr("kg.addresses.socket.getaddrinfo", look_up)
    return table


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Give a list of the places that were connected to; nothing is."""
    places: list[tuple[str, int]] = []

    def create(place: tuple[str, int], timeout: float) -> str:
        places.append(place)
        if place[0] == "193.0.6.1":
            raise ConnectionRefusedError
        return f"connected to {place[0]}"

    monkeypatch.setattr("kg.addresses.socket.create_connection", create)
    return places


def test_the_address_that_was_looked_at_is_connected_to(
    names: dict[str, list[list[str]]], connected: list[tuple[str, int]]
) -> None:
    names["rebind.example"] = [["193.0.6.139"], ["127.0.0.1"]]  # the second look-up would give another address
    connect(("rebind.example", 443), 1)
    assert connected == [("193.0.6.139", 443)]
    assert names["rebind.example"] == [["127.0.0.1"]]


def test_one_bad_address_among_good_ones_refuses_the_name(
    names: dict[str, list[list[str]]], connected: list[tuple[str, int]]
) -> None:
    names["mixed.example"] = [["193.0.6.139", "10.0.0.1"]]
    with pytest.raises(PermissionError, match="its address is not a public one"):
        connect(("mixed.example", 443), 1)
    assert connected == []


def test_the_next_address_is_tried_where_one_does_not_answer(
    names: dict[str, list[list[str]]], connected: list[tuple[str, int]]
) -> None:
    names["two.example"] = [["193.0.6.1", "193.0.6.2"]]
    assert str(connect(("two.example", 443), 1)) == "connected to 193.0.6.2"


def test_a_name_that_is_not_known(names: dict[str, list[list[str]]]) -> None:
    with pytest.raises(OSError, match="its name is not known"):
        connect(("nobody.example", 443), 1)


def test_a_look_up_that_never_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr("kg.addresses.socket.getaddrinfo", lambda *_, **__: [over.wait(20)][1:])
    with pytest.raises(TimeoutError):
        connect(("slow.example", 443), 0.05)
    over.set()
