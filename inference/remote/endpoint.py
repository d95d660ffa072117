"""Which servers may be talked to: the address is looked up once, checked, and connected to as it was checked.

Without a list of the caller's own only loopback and private addresses are accepted. No name is looked up a second
time, so a name that changes its address meanwhile changes nothing.
"""

import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from .errors import RefusedEndpoint, ServerGone, WrongKey

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
LookUp = Callable[[str, int], Sequence[str]]

_PRIVATE: tuple[Network, ...] = tuple(
    ip_network(each)
    for each in ("127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
)
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?")
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Access:
    """What the caller hands in, and no profile may hold: which hosts and networks, the key, whom to trust.

    `allow` holds host names, with or without a port, addresses, and networks ("10.20.0.0/16"); left empty, private
    addresses are accepted. `ca_file` is trusted besides the system's authorities.
    """

    allow: tuple[str, ...] = ()
    key: str = field(default="", repr=False)
    ca_file: Path | None = None

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[!-~]*", self.key):
            raise WrongKey("The key holds letters or spaces that no server takes.")


@dataclass(frozen=True)
class Endpoint:
    """A server at the one address that was checked; `path` is what stands before "/chat/completions"."""

    scheme: str
    host: str
    port: int
    path: str
    address: Address

    @property
    def name(self) -> str:
        """Host and port, as people know the server."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_named(self) -> bool:
        """Whether the host is a name, which its certificate must carry, and not an address."""
        return _as_address(self.host) is None

    def url(self, path: str) -> str:
        """Where a request goes: by address."""
        address = f"[{self.address}]" if self.address.version == 6 else str(self.address)
        return f"{self.scheme}://{address}:{self.port}{self.path}{path}"


def look_up(host: str, port: int) -> Sequence[str]:
    """All addresses of a host; raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def endpoints(base_url: str, allow: Sequence[str], look_up: LookUp = look_up) -> tuple[Endpoint, ...]:
    """The server at each of its addresses, the likeliest first; raises RefusedEndpoint unless all are allowed.

    Raises ServerGone where nobody knows an address of a host that may be allowed.
    """
    parts = urlsplit(base_url)
    host, port = str(parts.hostname).rstrip(".").lower(), parts.port or _PORTS[parts.scheme]
    allowed = [_allowed(entry) for entry in allow]
    try:
        addresses = [_plain(ip_address(each)) for each in look_up(host, port)]
    except (OSError, UnicodeError, ValueError):
        addresses = []
    if not addresses:
        _check_name(host, port, allowed)
        raise ServerGone(f"Nobody knows the address of {host}.")
    for address in addresses:
        _check(address, host, port, parts.scheme, allowed)
    return tuple(Endpoint(parts.scheme, host, port, parts.path.rstrip("/"), each) for each in addresses)


@dataclass(frozen=True)
class _Allowed:
    """One entry of the caller's list: a network, or a host at one port or any."""

    network: Network | None = None
    host: str = ""
    port: int | None = None

    def takes(self, address: Address, host: str, port: int) -> bool:
        """Whether a server at this address may be talked to; the network around this machine only by address."""
        if self.network is not None:
            return address in self.network and self.port in (None, port)
        local = address.is_link_local or address.is_multicast or address.is_unspecified
        return not local and self.host == host and self.port in (None, port)

    def may_take(self, host: str, port: int) -> bool:
        """Whether it could be talked to at some address."""
        return (self.network is not None or self.host == host) and self.port in (None, port)


def _check_name(host: str, port: int, allowed: Sequence[_Allowed]) -> None:
    """Refuse by its name alone a server that no address could make one of those that are allowed."""
    if allowed and not any(entry.may_take(host, port) for entry in allowed):
        raise RefusedEndpoint(f"{host}, port {port}, is not among the servers that are allowed.")


def _check(address: Address, host: str, port: int, scheme: str, allowed: Sequence[_Allowed]) -> None:
    is_private = any(address in network for network in _PRIVATE)
    if not allowed and not is_private:
        raise RefusedEndpoint(
            f"{host} is at {address}, outside private networks. Case files go there only if the person who runs "
            "this installation allows it by name."
        )
    if allowed and not any(entry.takes(address, host, port) for entry in allowed):
        raise RefusedEndpoint(f"{host} at {address}, port {port}, is not among the servers that are allowed.")
    if scheme == "http" and not is_private:
        raise RefusedEndpoint(f"{host} is outside private networks and must be reached by https.")


def _allowed(entry: str) -> _Allowed:
    """Read an entry of the list; raises RefusedEndpoint where it is none, so that no slip opens a door."""
    words = entry.strip().lower()
    try:
        return _Allowed(network=ip_network(words.strip("[]")))
    except ValueError:
        pass
    host, port = _split(words)
    host = host.rstrip(".")
    if (address := _as_address(host)) is not None:
        return _Allowed(network=ip_network(address), port=port)
    if not _HOST.fullmatch(host) or host.replace(".", "").isdigit():
        raise RefusedEndpoint(f"{entry!r} in the list of allowed servers is neither a host nor a network.")
    return _Allowed(host=host, port=port)


def _split(words: str) -> tuple[str, int | None]:
    host, colon, port = words.rpartition(":")
    if colon and port.isdecimal() and int(port) < 65_536:
        return host.strip("[]"), int(port)
    return words, None


def _as_address(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _plain(address: Address) -> Address:
    """An IPv4 address written as an IPv6 one is judged as what it is."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
