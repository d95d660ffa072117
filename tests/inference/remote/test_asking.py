"""A server's model reads a case file once and answers, and its quotes are the text at their places."""

import json

import pytest

from inference.engine.ask import Unanswered
from inference.engine.batch import NOT_WHERE_IT_SAYS, Manner
from inference.engine.gathering import Joining, News
from inference.reader import open_reader
from inference.remote.ask import RemoteAnswers
from inference.remote.endpoint import Access
from inference.remote.forms import CUT_OFF, NOT_A_FORM
from inference.remote.too_long import TooLongForServer
from inference.types import CaseFile, DateValue, Question, SourceText
from inference.verify import NOTHING_QUOTED

from .conftest import LAW, LEASE, LETTER, RENT, REPAIR, Start, profile_of, reader_of
from .protocol_server import MODEL, Obeying, Refuse, Row, Say, found

PAYS = "The Tenant shall pay the Rent on the first day of each month."
CONTENTS = {"lease": LEASE, "letter": LETTER}


def test_a_quote_is_cut_out_of_the_original_at_the_place_it_names(start: Start, case_file: CaseFile) -> None:
    server = start(Obeying({"Rent": found((1, PAYS), (3, PAYS))}))
    reader = reader_of(server)
    (answer,) = reader.ask(reader.read(case_file), [RENT], second_reading=False)

    first, second = answer.evidence
    assert (first.document_id, second.document_id) == ("lease", "letter")
    assert (
        first.quote == "The Tenant shall pay the\nRent on the first day of each month."
    )  # its own line break
    assert all(CONTENTS[each.document_id][each.start : each.end] == each.quote for each in answer.evidence)
    assert (answer.state, answer.reason, answer.against) == ("found", "It says so.", "Nothing.")
    assert answer.read_by == f"house ({MODEL} at 127.0.0.1:{server.port})"


def test_first_and_last_words_quote_all_between_them(start: Start, case_file: CaseFile) -> None:
    reader = reader_of(start(Obeying({"Rent": found((1, "Rent is due", "deduction whatever."))})))
    (answer,) = reader.ask(reader.read(case_file), [RENT], second_reading=False)

    (evidence,) = answer.evidence
    assert (
        evidence.quote == "Rent is due in advance, free of any set-off, and without any deduction whatever."
    )


@pytest.mark.parametrize(
    "quote",
    [
        (2, PAYS),  # it stands in passages 1 and 3
        (1, "The Tenant shall pay the Rent on the last day of each month."),
        (1, "The Tenant SHALL pay"),
        (1, '"Plans" are drawn'),  # other quotation marks
        (1, "The office files"),  # without the ligature
        (0, PAYS),
        (4, PAYS),
        (-1, PAYS),
        (1, ""),
        (1, " \n"),
        (1, "Rent is due", "in repair."),  # ends in another passage
        (1, "whatever. 2. Repair."),  # runs into another passage
        (2, "⟦9⟧"),
    ],
)
def test_what_is_not_word_for_word_in_its_passage_is_unsupported(
    start: Start, case_file: CaseFile, quote: tuple[int, str]
) -> None:
    reader = reader_of(start(Obeying({"Rent": found(quote)})))
    (answer,) = reader.ask(reader.read(case_file), [RENT], second_reading=True)

    assert (answer.state, answer.reason, answer.evidence) == ("unsupported", NOT_WHERE_IT_SAYS, ())


def test_words_that_were_shown_with_other_brackets_are_quoted_as_they_stand(
    start: Start, case_file: CaseFile
) -> None:
    reader = reader_of(
        start(Obeying({"Rent": found((1, "drawn by ‹|im_end|› the")), "Repair": found((2, "[9] marks"))}))
    )
    answers = {
        each.question_id: each
        for each in reader.ask(reader.read(case_file), [RENT, REPAIR], second_reading=False)
    }

    assert [each.quote for each in answers["rent"].evidence] == ["drawn by <|im_end|> the"]
    assert [each.quote for each in answers["repair"].evidence] == ["⟦9⟧ marks"]


@pytest.mark.parametrize(
    "written",
    [
        "Paris",
        "{",
        "[]",
        '{"state": "perhaps", "quotes": [], "reason": "", "against": ""}',
        '{"state": "found", "quotes": 3, "reason": "", "against": ""}',
        '{"state": "found", "quotes": [{"passage": true, "words": "Rent", "until": ""}], "reason": "", "against": ""}',
        '{"state": "found", "quotes": [{"passage": "1", "words": "Rent", "until": ""}], "reason": "", "against": ""}',
        '{"state": "unclear", "quotes": [], "reason": 3, "against": ""}',
        '{"state": "unclear", "quotes": [], "reason": "", "against": ""} and more',
        "[" * 50_000,
    ],
)
def test_what_is_not_in_the_form_is_unclear_and_says_so(
    start: Start, case_file: CaseFile, written: str
) -> None:
    reader = reader_of(start(Obeying({"Rent": written})))
    (answer,) = reader.ask(reader.read(case_file), [RENT], second_reading=False)

    assert (answer.state, answer.evidence) == ("unclear", ())
    assert answer.reason in (NOT_A_FORM, CUT_OFF)


def test_found_without_a_quote_is_unsupported(start: Start, case_file: CaseFile) -> None:
    reader = reader_of(start(Obeying({"Rent": found()})))
    (answer,) = reader.ask(reader.read(case_file), [RENT])

    assert (answer.state, answer.reason) == ("unsupported", NOTHING_QUOTED)


@pytest.mark.parametrize(
    ("judgement", "state"),
    [("supports", "found"), ("does not support", "unsupported"), ("cannot tell", "unsupported")],
)
def test_a_second_reading_turns_the_question_round(
    start: Start, case_file: CaseFile, judgement: str, state: str
) -> None:
    server = start(Obeying({"Rent": found((1, PAYS))}, judgement=judgement))
    reader = reader_of(server)
    (answer,) = reader.ask(reader.read(case_file), [RENT], second_reading=True)

    turned = [each for each in server.prompts() if "was quoted as the answer" in each]
    assert answer.state == state
    assert len(turned) == 2  # in both orders of the choices
    assert all(
        "Passage 1 was quoted as the answer: The Tenant shall pay the\nRent" in each for each in turned
    )


def test_the_case_file_comes_first_and_is_the_same_for_every_request(
    start: Start, case_file: CaseFile
) -> None:
    server = start(Obeying({"Rent": found((1, PAYS))}))
    reader = reader_of(server)
    reading = reader.read(case_file)
    list(reader.ask(reading, [RENT, REPAIR, LAW], second_reading=True))

    assert len(server.prompts()) == 1 + 3 + 2
    assert all(prompt.startswith(reading.message) for prompt in server.prompts())
    assert len({row["messages"][0]["content"] for row in server.asked if len(row["messages"]) == 2}) == 1
    assert reading.message.endswith("⟦end of the case file⟧\n")
    assert "<|im_end|>" not in reading.message
    assert reading.message.count("⟦") == 3 + 3  # passages and document marks alone


def test_a_model_that_always_says_the_same_is_not_asked_to_judge(start: Start, case_file: CaseFile) -> None:
    server = start(Obeying({"Rent": found((1, PAYS))}, judgement="supports"))
    reader = reader_of(server)

    assert not reader.judges
    asked = len(server.asked)
    (answer,) = reader.ask(reader.read(case_file), [RENT])
    assert answer.state == "found"
    assert len(server.asked) == asked + 2  # taken in, and asked once


def test_usage_is_what_the_server_counts(start: Start, case_file: CaseFile) -> None:
    counted = {"prompt_tokens": 900, "completion_tokens": 30, "prompt_tokens_details": {"cached_tokens": 880}}
    server = start(Obeying({"Rent": Say(json.dumps(found((1, PAYS))), usage=counted)}))
    reader = reader_of(server)
    reading = reader.read(case_file)
    (answer,) = reader.ask(reading, [RENT], second_reading=False)
    (again,) = reader.ask(reading, [LAW], second_reading=False)

    assert reading.total == 100
    assert (answer.usage.prefill_tokens, answer.usage.decode_tokens, answer.usage.cached_tokens) == (
        900,
        30,
        880,
    )
    assert answer.usage.seconds > 0
    assert answer.usage.prefill_seconds_share == pytest.approx(reading.usage.seconds)
    assert again.usage.prefill_seconds_share == 0
    assert again.usage.cached_tokens is None


def test_a_date_is_counted_from_a_day_that_nobody_asked_for(start: Start) -> None:
    text = (
        "LEASE made on 4 March 2019. It takes effect on 1 May 2019 (the “Effective Date”).\n\n"
        "The term continues for a period of three (3) years from the Effective Date.\n\n"
    )
    term = found((1, "The term continues for a period of three (3) years from the Effective Date."))
    day = found((1, "It takes effect on 1 May 2019"))
    reader = reader_of(start(Obeying({"End": term, "Effective Date": day})))
    question = Question("end", "End", "When does it end?", "date", "Expiration Date")
    reading = reader.read(CaseFile((SourceText("lease", text),)))
    (answer,) = reader.ask(reading, [question], second_reading=False)

    assert isinstance(answer.value, DateValue)
    assert answer.value.iso.startswith("2022-0")
    assert [each.quote for each in answer.premises] == ["It takes effect on 1 May 2019"]
    assert answer.rule


def test_no_more_requests_stand_side_by_side_than_the_profile_says(start: Start, case_file: CaseFile) -> None:
    server = start(Obeying({}))
    reader = reader_of(server, side_by_side=2)
    questions = [Question(f"q{n}", f"Thing {n}", "Is it there?", "text") for n in range(9)]
    answers = list(reader.ask(reader.read(case_file), questions, second_reading=False))

    assert sorted(each.question_id for each in answers) == [f"q{n}" for n in range(9)]
    assert server.most_at_once <= 2


def test_a_case_file_beyond_the_window_is_told_when_it_is_read(start: Start, case_file: CaseFile) -> None:
    reader = reader_of(start(Obeying({})), window=120)

    with pytest.raises(
        TooLongForServer, match=r"takes 100 tokens .* house takes 120 at once: give it fewer documents"
    ):
        reader.read(case_file)


def test_a_server_that_says_it_is_too_long_is_understood(start: Start, case_file: CaseFile) -> None:
    said = json.dumps(
        {"error": {"message": "This model's maximum context length is 4096 tokens. However, ..."}}
    )

    def model(body: Row) -> Say | Refuse:
        return Refuse(400, said) if len(body["messages"]) == 2 else Obeying()(body)

    with pytest.raises(TooLongForServer, match="give it fewer documents"):
        reader_of(start(model)).read(case_file)


def test_the_front_door_opens_it_with_a_key_that_nothing_shows(start: Start) -> None:
    server = start(Obeying({}))
    access = Access(allow=("127.0.0.0/8",), key="sk-secret")
    reader = open_reader(profile_of(server), access)

    assert reader.binds
    assert reader.is_listed
    assert reader.window == 4096
    assert {each["Authorization"] for each in server.headers} == {"Bearer sk-secret"}
    assert {each["Host"] for each in server.headers} == {f"127.0.0.1:{server.port}"}
    assert "sk-secret" not in repr(access) + repr(reader.profile) + repr(reader._server)
    assert str(reader.fingerprint).startswith("remote-")


def test_a_reading_is_not_asked_before_it_was_read(start: Start, case_file: CaseFile) -> None:
    reader = reader_of(start(Obeying({})))
    reading = reader.begin(case_file)
    heard: list[tuple[int, int]] = []

    with pytest.raises(ValueError, match="not read yet"):
        reader.ask(reading, [RENT])
    reading.prefill(lambda done, total: heard.append((done, total)))
    assert heard[0][0] == 0
    assert heard[-1] == (100, 100)
    assert reading.done == reading.total == 100


def test_a_question_that_joins_is_asked_and_once_it_is_enough_no_further_one_begins(
    start: Start, case_file: CaseFile
) -> None:
    questions = [Question(f"q{n}", f"Clause {n}", "What does it say?", "text") for n in range(40)]
    late = Question("late", "Late", "What else?", "text")
    server = start(Obeying())
    reader = reader_of(server, side_by_side=4)
    joins = iter([News((Joining((late,), is_urgent=True),))])
    given: list[str] = []

    def ask() -> None:
        reading = reader.read(case_file)
        for answer in reader.ask(
            reading,
            questions,
            second_reading=False,
            news=lambda: next(joins, News(is_enough=len(given) >= 8)),
        ):
            given.append(answer.question_id)

    with pytest.raises(Unanswered) as left:
        ask()
    assert left.value.why == "enough"
    assert "late" in given[:12]
    assert sorted([*given, *left.value.question_ids]) == sorted(["late", *(each.id for each in questions)])


def test_hundreds_of_questions_share_one_case_file(start: Start, case_file: CaseFile) -> None:
    reader = reader_of(start(Obeying()))
    reading = reader.read(case_file)
    questions = [Question(f"q{n}", f"Thing {n}", "Is it there?", "text") for n in range(300)]
    manner = Manner(reader.profile.reason_tokens, False, reader.read_by)
    waiting = RemoteAnswers(reading, questions, reader._asking, manner).waiting

    assert len(waiting) == 300
    assert all(put.sent.case is reading.message for put in waiting)
