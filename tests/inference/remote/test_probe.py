"""A server is tried out before anything is read: what it serves, how much, and whether it keeps to a form."""

import json

import pytest

from inference.remote.errors import DoesNotBind, UnknownModel, WrongKey
from inference.remote.forms import NOT_A_FORM
from inference.types import CaseFile

from .conftest import LAW, RENT, Start, reader_of
from .protocol_server import MODEL, Ignoring, Obeying, Refuse, Reply, Row, found


def test_a_server_that_ignores_forms_is_refused(start: Start) -> None:
    with pytest.raises(DoesNotBind, match=r'does not hold its model to the form .* unbound = "verify"'):
        reader_of(start(Ignoring()))


@pytest.mark.parametrize(
    "says", ["Paris", "", '{"word": "Paris"}', '{"word": "zuqo', '"zuqovir"', '{"word": ["zuqovir"]}']
)
def test_only_the_form_itself_counts(start: Start, says: str) -> None:
    with pytest.raises(DoesNotBind):
        reader_of(start(Ignoring(lambda said: says)))


def test_with_the_profiles_leave_it_is_used_and_what_misses_the_form_is_unclear(
    start: Start, case_file: CaseFile
) -> None:
    answer = json.dumps(found((1, "Rent is due in advance")))

    def says(said: str) -> str:
        if "Question: Rent." in said:
            return f"Here you are:\n```json\n{answer}\n```\nAnything else?"
        return "I should think so." if "Question: " in said else "Paris"

    server = start(Ignoring(says))
    reader = reader_of(server, unbound="verify")
    answers = {
        each.question_id: each
        for each in reader.ask(reader.read(case_file), [RENT, LAW], second_reading=False)
    }

    assert not reader.binds
    assert [each.quote for each in answers["rent"].evidence] == ["Rent is due in advance"]
    assert (answers["law"].state, answers["law"].reason) == ("unclear", NOT_A_FORM)
    assert not any("response_format" in row for row in server.asked if len(row["messages"]) == 2)


@pytest.mark.parametrize("field", ["structured_outputs", "guided_json"])
def test_a_field_of_another_name_is_found(start: Start, case_file: CaseFile, field: str) -> None:
    def model(body: Row) -> Reply:
        other = {"structured_outputs", "guided_json"} & set(body) - {field}
        if other:
            return Refuse(422, '{"detail": "Unexpected fields in the request"}')
        form = body.get(field)
        if form is None:
            return Ignoring()(body)
        schema = form["json"] if field == "structured_outputs" else form
        held = {"response_format": {"json_schema": {"schema": schema}}}
        return Obeying({"Rent": found((1, "Rent is due"))})({**body, **held})

    reader = reader_of(start(model))
    (answer,) = reader.ask(reader.read(case_file), [RENT], second_reading=True)

    assert reader.binds
    assert answer.state == "found"


@pytest.mark.parametrize(
    "refusal",
    [Refuse(400, '{"message": "This model does not support response_format."}'), Refuse(422), Refuse(500)],
)
def test_a_server_that_refuses_every_form_keeps_to_none(start: Start, refusal: Refuse) -> None:
    def model(body: Row) -> Reply:
        has_form = {"response_format", "structured_outputs", "guided_json"} & set(body)
        return refusal if has_form else Ignoring()(body)

    server = start(model)
    with pytest.raises(DoesNotBind):
        reader_of(server)
    assert not reader_of(server, unbound="verify").binds


def test_a_profile_may_name_the_field(start: Start) -> None:
    server = start(Obeying())
    reader = reader_of(server, binding="response_format")
    assert reader.binds

    with pytest.raises(DoesNotBind):
        reader_of(server, binding="guided_json")


@pytest.mark.parametrize("models", [Refuse(500), Refuse(404), Refuse(200, "no JSON"), Refuse(200, "[]"), []])
def test_a_server_that_lists_nothing_may_still_serve(start: Start, models: Reply) -> None:
    reader = reader_of(start(Obeying(), models=models))

    assert reader.binds
    assert not reader.is_listed
    assert reader.window is None


def test_a_model_that_is_not_served_is_told(start: Start) -> None:
    other = [{"id": "another/model"}]
    server = start(lambda body: Refuse(404, '{"message": "The model does not exist."}'), models=other)

    with pytest.raises(UnknownModel, match="does not serve the model of this profile"):
        reader_of(server)


def test_a_wrong_key_is_told_before_anything_is_asked(start: Start) -> None:
    server = start(Obeying(), models=Refuse(401))

    with pytest.raises(WrongKey):
        reader_of(server)
    assert not server.asked


def test_the_smaller_window_counts(start: Start) -> None:
    server = start(Obeying(), models=[{"id": MODEL, "max_model_len": 900}])

    assert reader_of(server).window == 900
    assert reader_of(server, window=500).window == 500
    assert reader_of(server, window=5000).window == 900


def test_an_answer_asks_for_no_more_tokens_than_the_window_has(start: Start, case_file: CaseFile) -> None:
    server = start(Obeying(), models=[{"id": MODEL, "max_model_len": 900}])
    reader = reader_of(server)
    list(reader.ask(reader.read(case_file), [RENT], second_reading=False))

    assert 64 <= server.asked[-1]["max_tokens"] < 800


def test_thinking_is_switched_off_and_nothing_is_left_to_chance(start: Start) -> None:
    server = start(Obeying())
    reader_of(server)

    assert all(row["temperature"] == 0 and row["stream"] for row in server.asked)
    assert all(row["chat_template_kwargs"] == {"enable_thinking": False} for row in server.asked)


def test_the_trial_is_asked_in_a_form_that_no_model_would_fall_into(start: Start) -> None:
    server = start(Obeying())
    reader_of(server)
    tried = server.asked[0]
    allowed = tried["response_format"]["json_schema"]["schema"]["properties"]["word"]["enum"]

    assert not any(word in tried["messages"][0]["content"] for word in allowed)
