"""A case file longer than a server's model reads: in sections where its window has room for them, else refused."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings

from review import engine
from review.accounts.models import User
from review.asking.selectors import InquiryView, inquiries_of
from review.asking.services import ask_matter
from review.documents.models import Bundle
from review.matters.models import Matter
from review.readers.description import spec_of
from review.readings.models import CaseAnswer, PartState
from review.readings.sections import covered_by
from tests.cast import as_job, as_person, deliver
from tests.inference.remote.protocol_server import (
    MODEL,
    Obeying,
    ProtocolServer,
    Refuse,
    Reply,
    Row,
    found,
    serving,
)
from tests.readers import remote_reader
from tests.workers import work_off

RENT = "Rent is due in advance, free of any set-off."
MINUTES = "The parties shall meet once a year in the office of the chairman and keep minutes.\n\n"
LETTERS = 3_000  # that the server takes
TOO_LONG = json.dumps(
    {"error": {"message": "This model's maximum context length is 900 tokens. However, ..."}}
)


def narrow_model(body: Row) -> Reply:
    """It refuses what is long, and quotes the rent from whatever passage it stands in."""
    said = body["messages"][-1]["content"]
    if len(said.partition("Question:")[0]) > LETTERS:
        return Refuse(400, TOO_LONG)
    passage = re.search(r"⟦(\d+)⟧(?:(?!⟦\d+⟧).)*?Rent is due", said, re.DOTALL)
    return Obeying({"A free question": found((int(passage[1]), RENT))} if passage else {})(body)


@pytest.fixture(autouse=True)
def _readings_of_the_test(tmp_path: Path) -> Iterator[None]:
    with override_settings(READINGS_DIR=tmp_path / "readings"):
        yield


@pytest.fixture
def server() -> Iterator[ProtocolServer]:
    with serving(ProtocolServer(narrow_model, models=[{"id": MODEL}])) as running:
        yield running


@pytest.fixture
def long_lease(bundle: Bundle, ada: User) -> str:
    content = f"LEASE\n\n{MINUTES * 60}{RENT}\n\n{MINUTES * 60}"
    deliver(bundle, ada, name="Lease.txt", content=content)
    return content


def asked(matter: Matter, by: User) -> InquiryView:
    with as_person(by):
        found = Matter.objects.select_related("client").get(pk=matter.pk)
        ask_matter(found, "When is rent due?", by=by)
    work_off(matter, "inquire")
    with as_person(by):
        return inquiries_of(matter)[0]


@pytest.mark.parametrize("window", [900, 4_000])
def test_a_known_window_is_read_on_in_sections_also_where_the_server_takes_less_than_it_was_said_to(
    server: ProtocolServer, matter: Matter, long_lease: str, ada: User, window: int
) -> None:
    remote_reader(ada, server.base_url, model=MODEL, window=window)
    (part,) = asked(matter, ada).run.parts
    assert (part.part.state, part.part.in_sections) == (PartState.DONE, True)
    with as_job(matter):
        answer = CaseAnswer.objects.get()
        (quote,) = answer.quotes.all()
        assert (quote.start, quote.quote, answer.fingerprint) == (
            long_lease.index(RENT),
            RENT,
            part.part.fingerprint,
        )
        covered = covered_by(answer)
        assert covered is not None
        assert covered.characters_read_again < covered.characters_searched == len(long_lease)


def test_where_the_window_is_too_short_for_sections_the_refusal_stays_a_sentence(
    server: ProtocolServer, matter: Matter, long_lease: str, ada: User
) -> None:
    remote_reader(ada, server.base_url, model=MODEL, window=300)
    (part,) = asked(matter, ada).run.parts
    assert (part.part.state, part.part.in_sections) == (PartState.FAILED, False)
    assert "give it fewer documents at a time, or choose a reader with a longer window." in part.cause


def test_going_through_makes_room_for_others_and_what_the_server_itself_reads_does_not(
    server: ProtocolServer, matter: Matter, tmp_path: Path, ada: User
) -> None:
    spec = spec_of(remote_reader(ada, server.base_url, model=MODEL, window=900))
    shelf = engine.Shelf(tmp_path / "shelf", bytes(32))
    named = (str(matter.organization_id), str(matter.pk))

    def read(*contents: str, key: str) -> engine.CaseRead:
        texts = tuple(engine.CaseText(str(at), content, "en") for at, content in enumerate(contents))
        case = engine.Case(*named, key, texts, shelf)
        return engine.read_case(spec, case, lambda done, total: None, lambda: False, lambda: True)

    lease = f"LEASE\n\n{MINUTES * 60}"
    with pytest.raises(engine.GaveWay) as gave_way:
        read(lease, MINUTES * 60, key="long")
    assert gave_way.value.gone_through.characters == len(lease)
    engine.close_whole_reader()
    rest = read(lease, MINUTES * 60, key="long")
    assert rest.in_sections
    assert rest.gone_through.characters == len(MINUTES * 60)
    assert not read(RENT, key="short").in_sections
