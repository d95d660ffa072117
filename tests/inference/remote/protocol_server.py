"""A small server that speaks the protocol on loopback, as well or as badly as a test wants it to."""

import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODEL = "firm/reader-7b"
Row = dict[str, Any]


@dataclass(frozen=True)
class Say:
    """An answer in a stream: its text, and how it ends ("cut", "endless", "slow", or with this finish reason)."""

    text: str
    end: str = "stop"
    usage: Row = field(default_factory=lambda: {"prompt_tokens": 120, "completion_tokens": 7})
    error: bool = False


@dataclass(frozen=True)
class Refuse:
    """An answer that is none."""

    status: int
    body: str = "{}"
    headers: Mapping[str, str] = field(default_factory=dict)


Reply = Say | Refuse
Model = Callable[[Row], Reply]


@dataclass
class ProtocolServer:
    """What was asked of the server, and its address; `models` is what /v1/models says."""

    model: Model
    models: Reply | Sequence[Row] = field(default_factory=lambda: [{"id": MODEL, "max_model_len": 4096}])
    port: int = 0
    asked: list[Row] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    broken_off: threading.Event = field(default_factory=threading.Event)
    at_once: int = 0
    most_at_once: int = 0

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def prompts(self) -> list[str]:
        """The last message of each request about a case file."""
        said = [row["messages"][-1]["content"] for row in self.asked]
        return [each for each in said if "⟦document 1⟧" in each]


@contextmanager
def serving(server: ProtocolServer, tls: ssl.SSLContext | None = None) -> Iterator[ProtocolServer]:
    """Run it on loopback: on the port it has, else on a free one."""
    listener = ThreadingHTTPServer(("127.0.0.1", server.port), _handler(server))
    listener.daemon_threads = True
    if tls:
        listener.socket = tls.wrap_socket(listener.socket, server_side=True)
    server.port = listener.server_address[1]
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()


def _handler(server: ProtocolServer) -> type[BaseHTTPRequestHandler]:
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            server.headers.append(dict(self.headers))
            told = server.models
            if isinstance(told, Refuse):
                self._refuse(told)
            else:
                self._send(200, json.dumps({"object": "list", "data": told}), {})

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with lock:
                server.asked.append(body)
                server.headers.append(dict(self.headers))
                server.at_once += 1
                server.most_at_once = max(server.most_at_once, server.at_once)
            try:
                reply = server.model(body)
                if isinstance(reply, Refuse):
                    self._refuse(reply)
                else:
                    self._stream(reply)
            except OSError:
                server.broken_off.set()  # whoever asked has gone
            finally:
                with lock:
                    server.at_once -= 1

        def _refuse(self, refusal: Refuse) -> None:
            self._send(refusal.status, refusal.body, refusal.headers)

        def _send(self, status: int, body: str, headers: Mapping[str, str]) -> None:
            content = body.encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def _stream(self, said: Say) -> None:
            self.close_connection = True
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            self._event({"choices": [{"index": 0, "delta": {"role": "assistant"}}]})
            for start in range(0, len(said.text), 11):
                piece = said.text[start : start + 11]
                self._event({"choices": [{"index": 0, "delta": {"content": piece}}]})
            while said.end == "endless":
                self._event({"choices": [{"index": 0, "delta": {"content": "and so on " * 50}}]})
            while said.end == "slow":
                self._event({"choices": [{"index": 0, "delta": {"content": ""}}]})
                time.sleep(0.02)
            if said.error:
                self._event({"error": "the model failed"})
            if said.end == "cut":
                return
            self._event({"choices": [{"index": 0, "delta": {}, "finish_reason": said.end}]})
            self._event({"choices": [], "usage": said.usage})
            self.wfile.write(b"data: [DONE]\n\n")

        def _event(self, row: Row) -> None:
            self.wfile.write(f"data: {json.dumps(row)}\n\n".encode())
            self.wfile.flush()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    return Handler


def form_of(body: Row) -> Row | None:
    """The form a request asks for, by the protocol's own field."""
    asked = body.get("response_format")
    return asked["json_schema"]["schema"] if asked else None


@dataclass
class Obeying:
    """A model held to its form: `answers` by a question's name, and what it says of every quote."""

    answers: Mapping[str, Row | str | Reply] = field(default_factory=dict)
    judgement: str = "supports"
    ends: str = "stop"

    def __call__(self, body: Row) -> Reply:
        form = form_of(body)
        if form is None:
            return Say("", "length", {"prompt_tokens": 100, "completion_tokens": 1})
        (name, choice), *_ = form["properties"].items()
        if name == "word":
            return Say(json.dumps({name: choice["enum"][0]}))
        if name == "judgement":
            return Say(json.dumps({name: self.judgement}))
        said = body["messages"][-1]["content"]
        for question, answer in self.answers.items():
            if f"Question: {question}." in said:
                return answer if isinstance(answer, Say | Refuse) else Say(_text(answer), self.ends)
        return Say(_text({"state": "not found", "quotes": [], "reason": "", "against": ""}))


@dataclass
class Ignoring:
    """A model that nobody holds to a form: it says what comes to its mind."""

    says: Callable[[str], str] = lambda said: "Paris"

    def __call__(self, body: Row) -> Reply:
        return Say(self.says(body["messages"][-1]["content"]))


def _text(answer: Row | str) -> str:
    return answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)


def found(*quotes: tuple[int, str] | tuple[int, str, str], reason: str = "It says so.") -> Row:
    """An answer with these quotes: passage, words, and the last words where given."""
    rows = [
        {"passage": each[0], "words": each[1], "until": each[2] if len(each) > 2 else ""} for each in quotes
    ]
    return {"state": "found", "quotes": rows, "reason": reason, "against": "Nothing."}
