"""Whatever a server does, people are told in a sentence, nothing hangs, and what was answered stands."""

import socket
import threading
import time
from collections.abc import Callable

import pytest

from inference.engine.ask import Unanswered
from inference.engine.plain_tokens import BrokenText
from inference.remote.endpoint import Access
from inference.remote.errors import (
    CalledOff,
    NotUnderstood,
    RefusedEndpoint,
    RemoteFailure,
    ServerBusy,
    ServerFailed,
    ServerGone,
    TooSlow,
    UnknownModel,
    WrongKey,
)
from inference.remote.forms import CUT_OFF
from inference.remote.patience import Patience, told_to_wait
from inference.remote.profile import RemoteProfile
from inference.remote.reader import RemoteReader
from inference.types import CaseAnswer, CaseFile, SourceText

from .conftest import LAW, RENT, REPAIR, Start, reader_of
from .protocol_server import MODEL, Obeying, ProtocolServer, Refuse, Reply, Row, Say, found

STREAM = {"Content-Type": "text/event-stream"}


class Turning:
    """Obeys, but first answers questions about a case file with what it is given, one after the other."""

    def __init__(self, *replies: Reply) -> None:
        self.replies = list(replies)

    def __call__(self, body: Row) -> Reply:
        is_question = "Question: " in body["messages"][-1]["content"]
        return self.replies.pop(0) if is_question and self.replies else Obeying()(body)


def ask_one(server: ProtocolServer, case_file: CaseFile, **profile: object) -> CaseAnswer:
    reader = reader_of(server, **profile)
    (answer,) = reader.ask(reader.read(case_file), [RENT], second_reading=False)
    return answer


@pytest.mark.parametrize(
    "trouble",
    [
        Refuse(429, headers={"Retry-After": "0"}),
        Refuse(503, headers={"Retry-After": "0"}),
        Refuse(502),
        Say("half an ans", "cut"),
        Say("", error=True),
    ],
)
def test_a_passing_trouble_is_tried_again(start: Start, case_file: CaseFile, trouble: Reply) -> None:
    server = start(Turning(trouble))

    assert ask_one(server, case_file).state == "not_found"
    assert len([each for each in server.prompts() if "Question: " in each]) == 2


def test_a_server_that_says_how_long_to_wait_is_obeyed(start: Start, case_file: CaseFile) -> None:
    server = start(Turning(Refuse(429, headers={"Retry-After": "2"})))
    begun = time.monotonic()
    answer = ask_one(server, case_file)

    assert answer.state == "not_found"
    assert time.monotonic() - begun >= 2
    assert answer.usage.seconds >= 2


def test_a_server_that_asks_for_longer_than_there_is_time_is_not_waited_for(
    start: Start, case_file: CaseFile
) -> None:
    server = start(Turning(*[Refuse(429, headers={"Retry-After": "86400"})] * 3))
    begun = time.monotonic()

    with pytest.raises(ServerBusy, match="no room"):
        ask_one(server, case_file)
    assert time.monotonic() - begun < 60


@pytest.mark.parametrize(
    ("refusal", "kind", "said"),
    [
        (Refuse(401), WrongKey, "does not take the key"),
        (Refuse(403), WrongKey, "does not take the key"),
        (Refuse(404), UnknownModel, "does not serve the model"),
        (
            Refuse(400, '{"error": {"message": "The model `x` does not exist."}}'),
            UnknownModel,
            "does not serve",
        ),
        (
            Refuse(302, headers={"Location": "http://127.0.0.1:1/elsewhere"}),
            RefusedEndpoint,
            "another address",
        ),
        (Refuse(500), ServerFailed, "status 500"),
        (Refuse(502, headers={"Retry-After": "0"}), ServerGone, "gateway"),
        (Refuse(422, '{"input": "maximum context length"}'), NotUnderstood, "refuses what it was asked"),
        (Refuse(400, " " * 700 + "maximum context length"), NotUnderstood, "refuses what it was asked"),
        (Refuse(418), NotUnderstood, "refuses what it was asked"),
        (Refuse(200), NotUnderstood, "form of the protocol"),
        (
            Refuse(200, "packed", {**STREAM, "Content-Encoding": "gzip"}),
            NotUnderstood,
            "form of the protocol",
        ),
    ],
)
def test_every_refusal_has_its_sentence(
    start: Start, case_file: CaseFile, refusal: Refuse, kind: type[RemoteFailure], said: str
) -> None:
    with pytest.raises(kind, match=said) as failure:
        ask_one(start(Turning(*[refusal] * 9)), case_file, retries=1)

    assert failure.value.question_ids == ("rent",)
    assert "Tenant" not in str(failure.value)


def test_a_redirect_is_not_followed(start: Start) -> None:
    other = start(Obeying())
    sent_on = Refuse(307, headers={"Location": f"http://127.0.0.1:{other.port}/v1/models"})
    server = start(Obeying(), models=sent_on)

    with pytest.raises(RefusedEndpoint, match="another address"):
        reader_of(server)
    assert not other.headers


def test_what_a_server_says_in_a_refusal_is_never_repeated(start: Start, case_file: CaseFile) -> None:
    with pytest.raises(NotUnderstood) as failure:
        ask_one(start(Turning(Refuse(400, "I do not like: The Tenant shall pay the Rent"))), case_file)

    assert "Tenant" not in str(failure.value)


def test_a_server_that_keeps_breaking_off_is_gone(start: Start, case_file: CaseFile) -> None:
    server = start(Turning(*[Say("half", "cut")] * 9))

    with pytest.raises(ServerGone, match="broke off"):
        ask_one(server, case_file, retries=1)
    assert len([each for each in server.prompts() if "Question: " in each]) == 2


def test_an_answer_without_end_is_cut_off_and_unclear(start: Start, case_file: CaseFile) -> None:
    server = start(Obeying({"Rent": Say('{"state": "found", "quotes": [', "endless")}))
    answer = ask_one(server, case_file, answer_tokens=200)

    assert (answer.state, answer.reason) == ("unclear", CUT_OFF)
    assert server.broken_off.wait(10)


def test_an_answer_that_reached_its_limit_is_unclear(start: Start, case_file: CaseFile) -> None:
    answer = ask_one(start(Obeying({"Rent": Say('{"state": "fou', "length")})), case_file)

    assert (answer.state, answer.reason) == ("unclear", CUT_OFF)


def test_one_slow_answer_does_not_hold_up_the_others(start: Start, case_file: CaseFile) -> None:
    server = start(Obeying({"Rent": Say("", "slow")}))
    reader = reader_of(server, answer_seconds=1.0)
    kept: list[CaseAnswer] = []

    with pytest.raises(TooSlow, match="longer than 1 seconds") as failure:
        kept.extend(iter_into(kept, reader, reader.read(case_file)))
    assert sorted(each.question_id for each in kept) == ["law", "repair"]
    assert failure.value.question_ids == ("rent",)
    assert server.broken_off.wait(10)


def iter_into(kept: list[CaseAnswer], reader: RemoteReader, reading: object) -> list[CaseAnswer]:
    for answer in reader.ask(reading, [RENT, REPAIR, LAW], second_reading=False):  # type: ignore[arg-type]
        kept.append(answer)
    return []


def test_at_the_deadline_the_rest_is_left_unanswered_and_streams_are_closed(
    start: Start, case_file: CaseFile
) -> None:
    server = start(Obeying({"Rent": Say("", "slow")}))
    reader = reader_of(server)
    reading = reader.read(case_file)
    begun = time.monotonic()

    with pytest.raises(Unanswered) as left:
        list(reader.ask(reading, [RENT, REPAIR], seconds=3.0, second_reading=False))
    assert (left.value.why, left.value.question_ids) == ("deadline", ("rent",))
    assert time.monotonic() - begun < 60
    assert server.broken_off.wait(10)


def test_called_off_the_stream_is_closed_at_once(start: Start, case_file: CaseFile) -> None:
    server = start(Obeying({"Rent": Say("", "slow")}))
    reader = reader_of(server)
    reading = reader.read(case_file)
    called_off = threading.Event()
    threading.Timer(0.5, called_off.set).start()
    begun = time.monotonic()

    with pytest.raises(Unanswered) as left:
        list(reader.ask(reading, [RENT], cancelled=called_off.is_set, second_reading=False))
    assert left.value.why == "cancelled"
    assert time.monotonic() - begun < 60
    assert server.broken_off.wait(10)


def test_whoever_stops_taking_answers_leaves_nothing_running(start: Start, case_file: CaseFile) -> None:
    server = start(Obeying({"Rent": Say("", "slow")}))
    reader = reader_of(server)
    answers = reader.ask(reader.read(case_file), [RENT, REPAIR], second_reading=False)
    next(answers)
    answers.close()  # type: ignore[attr-defined]

    assert server.broken_off.wait(10)
    assert not [each for each in threading.enumerate() if each.name == "remote reader"]


def test_reading_can_be_called_off(start: Start, case_file: CaseFile) -> None:
    def model(body: Row) -> Reply:
        return Say("", "slow") if len(body["messages"]) == 2 else Obeying()(body)

    server = start(model)
    reader = reader_of(server)
    reading = reader.begin(case_file)
    with pytest.raises(CalledOff, match="called off"):
        reading.prefill(cancelled=lambda: bool(server.prompts()))
    assert not reading.is_complete
    assert server.broken_off.wait(10)


def test_nobody_at_the_address_is_told_at_once() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    begun = time.monotonic()

    with pytest.raises(ServerGone, match=f"127.0.0.1:{port} cannot be reached"):
        RemoteReader.open(RemoteProfile(f"http://127.0.0.1:{port}/v1", MODEL))
    assert time.monotonic() - begun < 60


def test_a_text_with_half_a_character_is_refused_before_anything_is_sent(start: Start) -> None:
    server = start(Obeying())
    reader = reader_of(server)
    asked = len(server.asked)

    with pytest.raises(BrokenText, match="damaged"):
        reader.read(CaseFile((SourceText("broken", "half \ud800 of it"),)))
    assert len(server.asked) == asked


def test_events_that_are_no_answers_are_not_understood(start: Start, case_file: CaseFile) -> None:
    numbers: Callable[[Row], Reply] = lambda body: (  # noqa: E731
        Say(found()["reason"]) if len(body["messages"]) == 1 else Refuse(200, "data: 3\n\n", STREAM)
    )
    with pytest.raises(NotUnderstood, match="form of the protocol"):
        reader_of(start(numbers), unbound="verify").read(case_file)


@pytest.mark.parametrize("key", ["two words", "line\nbreak", "schlüssel"])
def test_a_key_that_cannot_be_one_is_told(key: str) -> None:
    with pytest.raises(WrongKey, match="no server takes") as failure:
        Access(key=key)
    assert key not in str(failure.value)


def test_waits_grow_and_a_header_may_lengthen_them() -> None:
    patience = Patience(retries=3, first_wait=1.0)

    waits = [patience.wait(tried, None) for tried in (1, 2, 3)]
    assert all(0.5 * 2**n <= (wait or 0) <= 2**n for n, wait in enumerate(waits))
    assert patience.wait(1, 40.0) == 40.0
    assert patience.wait(4, 0.0) is None


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("17", 17.0),
        ("Thu, 01 Jan 1970 00:01:40 GMT", 60.0),
        ("Thu, 01 Jan 1970 00:00:01 GMT", 0.0),
        ("soon", None),
        ("-3", None),
        ("9" * 400, 999_999_999.0),
    ],
)
def test_retry_after_is_read_as_seconds_or_a_date(header: str | None, seconds: float | None) -> None:
    assert told_to_wait(header, now=40.0) == seconds
