"""Which network addresses may be connected to when a query makes us ask another server.

Only addresses that everybody on the Internet can reach, unless the operator names a network. A name is looked up once,
all of its addresses must be allowed, and the connection goes to an address that was looked at, not to the name again.
Sources: the IANA special-purpose address registries; issues 5989 and 5990 of Eclipse RDF4J.
"""

from __future__ import annotations

import errno
import ipaddress
import socket
import threading
import time
from collections.abc import Sequence

__all__ = ["connect", "is_allowed"]

# What Python takes for global although it is not: multicast aside, these are of the IANA registries, and the address
# at which the machines of a large cloud find their own configuration.
SPECIAL = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32")))
# The part of IPv6 that is given out to networks, and what within it stands for something else: IETF protocols (Teredo
# among them), documentation, and 6to4, which carries an IPv4 address.
UNICAST = ipaddress.ip_network("2000::/3")
WITHIN = tuple(map(ipaddress.ip_network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))


def is_allowed(address: str, networks: Sequence[str] = ()) -> bool:
    """Tell whether an address may be connected to: public, or in one of the networks that the operator named.

    >>> is_allowed("8.8.8.8"), is_allowed("127.0.0.1"), is_allowed("::ffff:10.0.0.1"), is_allowed("2606:4700::1111")
    (True, False, False, True)
    >>> is_allowed("10.1.2.3", ["10.1.0.0/16"])
    True
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    if any(found in ipaddress.ip_network(network) for network in networks):
        return True
    if isinstance(found, ipaddress.IPv4Address):
        return found.is_global and not found.is_multicast and not any(found in network for network in SPECIAL)
    return found in UNICAST and not any(found in network for network in WITHIN)


def connect(place: tuple[str, int], seconds: float, networks: Sequence[str] = ()) -> socket.socket:
    """Connect to a host and port; raises PermissionError where its address is not allowed, OSError as usual."""
    deadline = time.monotonic() + seconds
    found = _look_up(*place, seconds)
    for address in found:
        if not is_allowed(address, networks):
            raise PermissionError(errno.EACCES, "its address is not a public one")
    for address in found[:-1]:
        try:
            return socket.create_connection((address, place[1]), max(deadline - time.monotonic(), 0.001))
        except OSError:
            continue
    return socket.create_connection((found[-1], place[1]), max(deadline - time.monotonic(), 0.001))


def _look_up(host: str, port: int, seconds: float) -> list[str]:
    """Return the addresses of a name; the system has no bound on the time of this, so another thread waits for it."""
    found: list[str] = []
    failed: list[OSError] = []

    def look_up() -> None:
        try:
            found.extend(str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError):
            failed.append(OSError(errno.ENOENT, "its name is not known"))

    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(seconds)
    if failed:
        raise failed[0]
    if not found:
        raise TimeoutError
    return list(dict.fromkeys(found))
