"""One server over HTTP: a request that streams, tried again where that may help, within a time. Knows no case files."""

import asyncio
import json
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from httpx2 import AsyncClient, HTTPError, Response, SSEError, StreamError

from .connection import CONNECT, client_of, extensions_of, is_distrust
from .endpoint import Access, Endpoint
from .errors import (
    NotUnderstood,
    RefusedEndpoint,
    RemoteFailure,
    ServerGone,
    TooSlow,
    WrongKey,
)
from .messages import messages
from .patience import Patience, told_to_wait
from .refusals import AGAIN, failure, is_too_long
from .stream import BrokenOff, Written, written
from .too_long import TooLongForServer

_MOST_SAID = 2**16  # bytes of a refusal that are looked at
_MOST_TOLD = 2**20  # bytes of a list of models


@dataclass(frozen=True)
class Sent:
    """One request: what is said, the fields that bind its form, the most tokens of its answer, its seconds.

    The case file and what is asked of it stay apart until they are sent: hundreds of requests share one case file.
    """

    case: str
    asked: str
    binding: Mapping[str, Any]
    tokens: int
    seconds: float


@dataclass(frozen=True)
class Server:
    """A server at a checked address, the model it is asked for, and how long it is waited for."""

    endpoint: Endpoint
    model: str
    access: Access
    patience: Patience
    tls: ssl.SSLContext = field(repr=False, compare=False)

    def client(self, connections: int) -> AsyncClient:
        """Connections for one event loop."""
        return client_of(self.endpoint, self.access, self.tls, connections)

    async def complete(self, client: AsyncClient, sent: Sent) -> Written:
        """What the model writes; raises TooSlow and what else can go wrong with a server."""
        begun = time.monotonic()
        tried = 0
        while True:
            tried += 1
            left = sent.seconds - (time.monotonic() - begun)
            try:
                async with asyncio.timeout(left):
                    return await self._once(client, sent)
            except TimeoutError:
                raise TooSlow(f"{self.endpoint.name} took longer than {sent.seconds:g} seconds.") from None
            except _Again as again:
                wait = self.patience.wait(tried, again.wait)
                left = sent.seconds - (time.monotonic() - begun)
                if wait is None or wait >= left:
                    raise again.failure from None
                await asyncio.sleep(wait)

    async def models(self, client: AsyncClient) -> list[dict[str, Any]]:
        """What the server says it serves; empty where it does not tell. Raises RemoteFailure."""
        try:
            async with (
                asyncio.timeout(CONNECT),
                client.stream(
                    "GET", self.endpoint.url("/models"), extensions=extensions_of(self.endpoint)
                ) as response,
            ):
                told = await _read(response, _MOST_TOLD)
        except (HTTPError, StreamError, TimeoutError) as error:
            raise self._lost(error) from None
        if response.status_code != 200:
            refusal = failure(response.status_code, "", self.endpoint.name)
            if isinstance(refusal, WrongKey | RefusedEndpoint):
                raise refusal
            return []
        try:
            listed = json.loads(told)["data"]
        except (ValueError, KeyError, TypeError, RecursionError):
            return []
        return [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []

    async def _once(self, client: AsyncClient, sent: Sent) -> Written:
        """One try; raises _Again where another may help."""
        body = {
            "model": self.model,
            "messages": messages(sent.case, sent.asked),
            "max_tokens": sent.tokens,
            "temperature": 0,
            "stream": True,
            "stream_options": {"include_usage": True},
            "chat_template_kwargs": {"enable_thinking": False},
            **sent.binding,
        }
        try:
            async with client.stream(
                "POST",
                self.endpoint.url("/chat/completions"),
                json=body,
                extensions=extensions_of(self.endpoint),
            ) as response:
                if response.status_code != 200:
                    raise await self._refusal(response)
                if response.headers.get("content-encoding", "identity") != "identity":
                    raise self._strange()  # what was not asked for, and could unfold without end
                return await written(response, sent.tokens)
        except SSEError:
            raise self._strange() from None
        except BrokenOff:
            raise _Again(ServerGone(f"{self.endpoint.name} broke off in the middle of an answer.")) from None
        except (HTTPError, StreamError) as error:
            raise _Again(self._lost(error)) from None

    def _lost(self, error: Exception) -> RemoteFailure:
        """Nobody there, or nobody we trust."""
        if is_distrust(error):
            return RefusedEndpoint(f"{self.endpoint.name} shows no certificate that is trusted for its name.")
        return ServerGone(f"{self.endpoint.name} cannot be reached, or broke off.")

    def _strange(self) -> NotUnderstood:
        return NotUnderstood(f"{self.endpoint.name} does not answer in the form of the protocol.")

    async def _refusal(self, response: Response) -> Exception:
        status = response.status_code
        said = (await _read(response, _MOST_SAID)).decode(errors="replace")
        if is_too_long(status, said):
            return TooLongForServer(self.endpoint.name)
        refusal = failure(status, said, self.endpoint.name)
        return (
            _Again(refusal, told_to_wait(response.headers.get("retry-after"))) if status in AGAIN else refusal
        )


class _Again(Exception):
    """Another try may help; `wait` is how long the server asks to wait, `failure` what to say if none helps."""

    def __init__(self, failure: RemoteFailure, wait: float | None = None) -> None:
        super().__init__(str(failure))
        self.failure, self.wait = failure, wait


async def _read(response: Response, most: int) -> bytes:
    """At most so many bytes of a body, as they came."""
    said = bytearray()
    async for chunk in response.aiter_raw():
        said += chunk
        if len(said) >= most:
            break
    return bytes(said[:most])
