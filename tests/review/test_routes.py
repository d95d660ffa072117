"""The route walker: what a stranger asks for by a real id is answered like what does not exist, byte for byte.

Every route, every method, every id in the address, the query or the body; as dan of another firm, as cleo behind
the wall, and as nobody. Ids stand alone among the stranger's own, and all together.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from review.ids import uuid7
from review.matters.models import Matter, MatterRole
from review.matters.services import add_member, exclude
from review.measurement.models import Comparison
from review.tenancy.models import AuditEvent, TenantModel
from tests import cast
from tests.readers import asked_of_a_matter, kept_reading, remote_reader, tiny_reader

from .routes import (
    EXAMPLES,
    FIRST,
    KINDS,
    METHODS,
    PLAIN,
    SIGN_IN,
    WITHOUT_IDS,
    Sent,
    all_routes,
    route_named,
)

Ids = Mapping[str, str]
SAME_FIRM = {"user", "organization", "question", "reader", "server"}  # no secret from a colleague
BY_ANOTHER = {"verify_finding", "api-verify"}  # nobody verifies their own decision
WITH_A_FILE: dict[str, Sent] = {
    "start_upload": {"name": "More", "files": [{"path": "letter.txt", "size": 6}]},
    "upload": {"name": "More", "files": ("letter.txt", b"Letter")},
    "api-new-bundle": {"files": ("letter.txt", b"Letter")},
    "backtests": {"file": ("review.csv", b"File,Governing law\nSupply agreement.txt,Peru\n")},
    "api-backtests": {"file": ("review.csv", b"File,Governing law\nSupply agreement.txt,Peru\n")},
}
# Their examples find no file that waits, or is wrong; what they change is tested with such files beside their services.
CHANGES_NOTHING = {"upload_file", "finish_upload", "cancel_bundle", "retry", "retry_group", "organizations"}


@dataclass
class Asker:
    """Somebody who asks: how they come in, and what is theirs."""

    name: str
    own: Ids
    browser: Client
    key: str = ""
    secrets: frozenset[str] = frozenset()  # the kinds of ids that must mean nothing to them

    def ask(
        self, route: str, method: str, sent: Sent, ids: Ids, *, as_fragment: bool = False
    ) -> HttpResponse:
        """Send one request, every placeholder filled from `ids`."""
        parameters = {
            name: ids[KINDS[name]] if name in KINDS else PLAIN[name]
            for name in route_named(route).pattern.converters
        }
        filled = {
            name: value.format(**ids) if isinstance(value, str) else value for name, value in sent.items()
        }
        headers = {"HX-Request": "true"} if as_fragment else {}
        path = reverse(route, kwargs=parameters)
        if route.startswith("api-"):
            headers |= {"Authorization": f"Token {self.key}"} if self.key else {}
            if method in ("POST", "PATCH") and route not in ("api-new-bundle", "api-backtests"):
                return self._send(method, path, json.dumps(filled), "application/json", headers)
        if method in ("GET", "HEAD"):
            return getattr(self.browser, method.lower())(path, filled, headers=headers)
        if method == "POST":
            if route == "start_upload":
                return self._send(method, path, json.dumps(filled), "application/json", headers)
            return self.browser.post(path, filled, headers=headers)
        return self._send(method, path, "", "application/octet-stream", headers)

    def _send(self, method: str, path: str, body: str, kind: str, headers: dict[str, str]) -> HttpResponse:
        return self.browser.generic(method, path, body, content_type=kind, headers=headers)


@dataclass
class Askers:
    """The matter that is asked for, ada who leads it, and the strangers."""

    theirs: Ids
    ada: Asker
    strangers: tuple[Asker, ...]
    compared: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def askers(style_sheets: None) -> Askers:
    ada, ben, cleo, dan = (cast.new_person(name) for name in ("Ada", "Ben", "Cleo", "Dan"))
    firm = cast.open_firm("Marlowe & Finch LLP", ada, ben, cleo)
    other = cast.open_firm("Quill Partners", dan)
    theirs = _matter_with_everything(firm, ada, ben)
    of_cleo = _matter_with_everything(firm, cleo, cleo)
    of_dan = _matter_with_everything(other, dan, dan)
    with cast.as_person(ada, firm):
        matter = Matter.objects.get(pk=theirs["matter"])
        add_member(matter, ben, role=MatterRole.REVIEWER, by=ada)
        exclude(matter, cleo, reason="Acted for the seller.", by=ada)
    secrets = frozenset({*KINDS.values(), "organization"})
    return Askers(
        theirs,
        Asker("ada", theirs, cast.browser_of(ada), cast.key_of(ada)),
        (
            Asker("cleo", of_cleo, cast.browser_of(cleo), cast.key_of(cleo), secrets - SAME_FIRM),
            Asker("dan", of_dan, cast.browser_of(dan), cast.key_of(dan), secrets),
            Asker("nobody", theirs, Client(), "", secrets),
        ),
    )


def test_every_route_is_listed_with_an_example_or_a_reason() -> None:
    routes = [(address, pattern) for address, pattern in all_routes() if not address.startswith(SIGN_IN)]
    named = {str(pattern.name) for _, pattern in routes}
    assert named == {*EXAMPLES, *WITHOUT_IDS}
    assert len(named) == len(routes), "two routes share a name"
    for address, pattern in routes:
        converters = set(pattern.pattern.converters)
        assert converters <= {*KINDS, *PLAIN}, f"{address} takes an id of a kind that nobody has described"
        if pattern.name in WITHOUT_IDS:
            assert not converters & set(KINDS)


@pytest.mark.parametrize("route", EXAMPLES)
def test_what_is_foreign_and_what_is_unknown_are_answered_alike(askers: Askers, route: str) -> None:
    for stranger in askers.strangers:
        for method, sent, foreign in _requests(askers, stranger, route):
            unknown = {
                kind: str(uuid7())
                if foreign[kind] != stranger.own[kind] or stranger.name == "nobody"
                else key
                for kind, key in foreign.items()
            }
            for as_fragment in (False,) if route.startswith("api-") else (False, True):
                real = stranger.ask(route, method, sent, foreign, as_fragment=as_fragment)
                none = stranger.ask(route, method, sent, unknown, as_fragment=as_fragment)
                assert _comparable(real, foreign) == _comparable(none, unknown), (
                    f"{stranger.name} {method} {sent}"
                )
                askers.compared.append(route)


@pytest.mark.parametrize("route", EXAMPLES)
def test_the_rightful_person_is_answered_otherwise(askers: Askers, route: str) -> None:
    # The walk above proves nothing about a route that answers everybody the same.
    for method, examples in EXAMPLES[route].items():
        for sent in examples:
            ids = askers.theirs
            unknown = {kind: str(uuid7()) for kind in ids}
            mine = askers.ada.ask(route, method, sent, ids)
            none = askers.ada.ask(route, method, sent, unknown)
            assert mine.status_code < 500
            assert _comparable(mine, ids) != _comparable(none, unknown), f"{method} {sent}"


@pytest.mark.parametrize(
    "route", [route for route, examples in EXAMPLES.items() if {"POST", "PUT"} & {*examples}]
)
def test_what_a_person_changes_leaves_an_audit_row(route: str) -> None:
    ada, ben = cast.new_person("Ada"), cast.new_person("Ben")
    firm = cast.open_firm("Marlowe & Finch LLP", ada, ben)
    ids = _matter_with_everything(firm, ada, ben)
    ada_asks, ben_asks = (Asker("", ids, cast.browser_of(who), cast.key_of(who)) for who in (ada, ben))
    if route != "add_person":
        ada_asks.ask("add_person", "POST", {"person": "{user}", "role": "reviewer"}, ids)
    for first in FIRST.get(route, ()):
        ada_asks.ask(first, "POST", EXAMPLES[first]["POST"][0], ids)
    asker = ben_asks if route in BY_ANOTHER else ada_asks

    for method in ("POST", "PUT"):
        for example in EXAMPLES[route].get(method, ()):
            sent = _with_files(WITH_A_FILE.get(route, example))
            before, trail = _firm_as_stored(firm, ada), _trail(firm)
            answer = asker.ask(route, method, sent, ids)
            if _firm_as_stored(firm, ada) == before:
                assert route in CHANGES_NOTHING, (
                    f"the example of {route} changed nothing: {answer.status_code}"
                )
            else:
                assert _trail(firm) > trail, f"{route} left no audit row"


def test_the_walk_was_long(askers: Askers) -> None:
    assert set(askers.compared) == set(EXAMPLES)
    assert len(askers.compared) > 1000
    print(f"{len(askers.compared)} pairs of answers compared over {len(EXAMPLES)} routes")


def _with_files(sent: Sent) -> Sent:
    return {
        name: SimpleUploadedFile(*value) if isinstance(value, tuple) else value
        for name, value in sent.items()
    }


def _firm_as_stored(firm: Any, lead: Any) -> dict[str, Any]:
    """Every row of the firm that people change, as one sum a table. The audit trail itself is no change."""
    stored = {}
    with cast.as_person(lead, firm), connection.cursor() as cursor:
        for table in sorted(
            model._meta.db_table for model in apps.get_models() if issubclass(model, TenantModel)
        ):
            if table != AuditEvent._meta.db_table:
                cursor.execute(f"SELECT md5(string_agg(t::text, '' ORDER BY t.id)) FROM {table} t")
                stored[table] = cursor.fetchone()[0]
    return stored


def _trail(firm: Any) -> int:
    with connections["maintenance"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tenancy_auditevent WHERE organization_id = %s", [firm.pk])
        return int(cursor.fetchone()[0])


def _requests(askers: Askers, stranger: Asker, route: str) -> Iterator[tuple[str, Sent, Ids]]:
    """Every request of one stranger to one route that names something foreign."""
    examples = EXAMPLES[route]
    for method in METHODS:
        for sent in examples.get(method, [{}]):
            kinds = [kind for kind in _kinds(route, sent) if kind in stranger.secrets]
            together = {**stranger.own, **{kind: askers.theirs[kind] for kind in kinds}}
            if kinds:
                yield method, sent, together
            if len(kinds) > 1 and stranger.name != "nobody":
                for kind in kinds:
                    yield method, sent, {**stranger.own, kind: askers.theirs[kind]}


def _kinds(route: str, sent: Sent) -> list[str]:
    in_address = [KINDS[name] for name in route_named(route).pattern.converters if name in KINDS]
    in_body = re.findall(r"\{(\w+)\}", " ".join(value for value in sent.values() if isinstance(value, str)))
    return list(dict.fromkeys([*in_address, *in_body]))


def _comparable(response: HttpResponse, ids: Ids) -> tuple[int, str, list[tuple[str, str]]]:
    """Status, body and headers, without what differs between any two answers: the asked ids, tokens and nonces."""
    body = "a stream" if response.streaming else response.content.decode("utf-8", "replace")
    headers = sorted((name, value) for name, value in response.headers.items() if name != "Content-Length")
    return (
        response.status_code,
        _without_noise(body, ids),
        [(name, _without_noise(value, ids)) for name, value in headers],
    )


def _without_noise(words: str, ids: Ids) -> str:
    for kind, key in ids.items():
        words = words.replace(key, f"<{kind}>")
    words = re.sub(r"\b[A-Za-z0-9]{64}\b", "<token>", words)
    return re.sub(r"nonce(-|=\")[A-Za-z0-9_+/=-]+", "<nonce>", words)


def _matter_with_everything(firm: Any, lead: Any, colleague: Any) -> Ids:
    matter = cast.open_matter(firm, lead, name="Project Harrow", number=f"10023-{uuid7().hex[-4:]}")
    bundle = cast.open_delivery(matter, lead)
    document = cast.deliver(bundle, lead, name="Supply agreement.txt", content=cast.AGREEMENT)
    master = cast.deliver(bundle, lead, name="Framework.txt", content=cast.LEASE)
    finding = cast.find(document, "governing-law", cast.GOVERNING_LAW)
    warning = cast.warn(document, cast.GOVERNING_LAW)
    question = cast.own_question(lead, name=f"Step-in {uuid7().hex[-8:]}")
    backtest = cast.back_test(matter, lead, [["File", "Governing law"], ["Supply agreement.txt", "Peru"]])
    reader = tiny_reader(lead, name=f"Tiny {uuid7().hex[-8:]}")
    server = remote_reader(lead, "http://127.0.0.1:9/v1", name=f"Rack {uuid7().hex[-8:]}")
    run, inquiry = asked_of_a_matter(matter, lead, reader)
    reading = kept_reading(matter, reader)
    with cast.as_person(lead, firm):
        comparison = Comparison.objects.get(run__backtest=backtest, verdict="differ")
    return {
        "organization": str(firm.pk),
        "matter": str(matter.pk),
        "bundle": str(bundle.pk),
        "document": str(document.pk),
        "master": str(master.pk),
        "finding": str(finding.pk),
        "warning": str(warning.pk),
        "backtest": str(backtest.pk),
        "comparison": str(comparison.pk),
        "user": str(colleague.pk),
        "question": str(question.pk),
        "reader": str(reader.pk),
        "server": str(server.pk),
        "run": str(run.pk),
        "inquiry": str(inquiry.pk),
        "reading": str(reading.pk),
    }
