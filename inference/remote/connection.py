"""Connections to one server: encrypted where it says so, by address, with nothing taken from the environment."""

import ssl
from pathlib import Path
from typing import Any

from httpx2 import AsyncClient, AsyncHTTPTransport, Limits, Timeout, create_ssl_context

from inference.engine.profile import ProfileError

from .endpoint import Access, Endpoint

CONNECT = 10.0  # seconds to wait for a connection
_STANDARD = {"http": 80, "https": 443}


def client_of(endpoint: Endpoint, access: Access, tls: ssl.SSLContext, connections: int) -> AsyncClient:
    """A client for one event loop: no proxies, no redirects."""
    headers = {"Host": _host(endpoint), "Accept-Encoding": "identity"}
    if access.key:
        headers["Authorization"] = f"Bearer {access.key}"
    limits = Limits(max_connections=connections, max_keepalive_connections=connections)
    return AsyncClient(
        headers=headers,
        transport=AsyncHTTPTransport(verify=tls, trust_env=False, limits=limits),
        timeout=Timeout(None, connect=CONNECT),  # the time for the whole of an answer is kept outside
        follow_redirects=False,
        trust_env=False,
    )


def extensions_of(endpoint: Endpoint) -> dict[str, Any]:
    """What goes with each request: a host by name must show a certificate for it, though it is called by address."""
    return {"sni_hostname": endpoint.host} if endpoint.is_named else {}


def tls_of(ca_file: Path | None) -> ssl.SSLContext:
    """Trust in the system's authorities and one more; raises ProfileError where the file holds none."""
    context = create_ssl_context(trust_env=False)
    try:
        if ca_file:
            context.load_verify_locations(cafile=ca_file)
    except OSError:
        raise ProfileError(f"{ca_file.name if ca_file else ''} holds no certificates to trust.") from None
    return context


def is_distrust(error: BaseException | None) -> bool:
    """Whether a connection failed because a certificate is not trusted."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _host(endpoint: Endpoint) -> str:
    """What the Host header says, as if the host had been named."""
    is_standard = _STANDARD[endpoint.scheme] == endpoint.port
    return endpoint.name.rpartition(":")[0] if is_standard else endpoint.name
