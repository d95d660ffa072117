"""Profiles of readers: who adds and changes them, what is refused and where, which of them holds for a matter."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.test import override_settings
from rest_framework.test import APIClient

from review import engine
from review.accounts.models import User
from review.errors import NotAllowed, NotFound
from review.matters.models import AiTerms, Matter
from review.matters.services import AiForbidden, record_ai_terms
from review.readers.access import access_reader, access_readers
from review.readers.description import Description, spec_of
from review.readers.errors import WrongSetting
from review.readers.models import ReaderProfile
from review.readers.money import cost_in_words, in_major, minor_units
from review.readers.selectors import latest_acceptance, pace_of, reader_of
from review.readers.services import (
    change_reader,
    choose_reader,
    keep_acceptance,
    keep_pace,
    make_default,
    retire_reader,
)
from review.tenancy.models import AuditEvent
from tests.cast import as_person
from tests.readers import PAGE, tiny_model, tiny_reader

ENGINE = {"name": "Long reader", "kind": "engine", "model_folder": "tiny", "dtype": "float32"}
SERVER = {
    "name": "Rack",
    "kind": "remote",
    "base_url": "http://10.0.0.5:8000/v1",
    "model": "qwen",
    "window": 9000,
}


def test_an_administrator_adds_a_reader_and_the_first_is_the_default(organization: Any, ada: User) -> None:
    first, second = tiny_reader(ada), tiny_reader(ada, name="Second")
    assert (first.is_default, second.is_default) == (True, False)
    with as_person(ada):
        make_default(second, by=ada)
        assert list(ReaderProfile.objects.filter(is_default=True)) == [second]
        trail = AuditEvent.objects.filter(action__startswith="reader.").values_list("action", flat=True)
        assert sorted(trail) == ["reader.added", "reader.added", "reader.made_default"]


def test_two_defaults_are_refused_by_the_database(organization: Any, ada: User) -> None:
    tiny_reader(ada)
    second = tiny_reader(ada, name="Second")
    with as_person(ada), pytest.raises(IntegrityError), transaction.atomic():
        ReaderProfile.objects.filter(pk=second.pk).update(is_default=True)


def test_a_change_counts_an_edition_and_tells_the_trail_what_was_before(organization: Any, ada: User) -> None:
    profile = tiny_reader(ada)
    with as_person(ada):
        wanted = Description.of(**{**Description.by(profile).as_values(), "chunk": 128})
        assert change_reader(profile, wanted, by=ada)
        assert not change_reader(profile, wanted, by=ada)
        assert profile.edition == 2
        told = AuditEvent.objects.get(action="reader.changed")
        assert told.detail["changed"] == {"chunk": [64, 128]}


@pytest.mark.parametrize(
    ("said", "field", "sentence"),
    [
        ({**ENGINE, "name": " "}, "name", "Give the reader a name"),
        ({**ENGINE, "kind": "cloud"}, "kind", "Choose what answers"),
        ({**ENGINE, "model_folder": "../etc"}, "model_folder", "Choose one of the folders"),
        ({**ENGINE, "model_folder": "/tiny"}, "model_folder", "Choose one of the folders"),
        ({**ENGINE, "window": 0}, "window", "The window must be a whole number from 1"),
        ({**ENGINE, "chunk": "many"}, "chunk", "Tokens taken in at a time must be a whole number"),
        ({**ENGINE, "rope_factor": 4.0}, "rope_factor", "A rope_factor needs rope"),
        ({**ENGINE, "rope": "yarn"}, "rope_factor", "needs a rope_factor greater than 1"),
        ({**ENGINE, "quantization": "int3"}, "quantization", "Choose one of the values"),
        ({**ENGINE, "price_minor": 240}, "currency", "Name the currency"),
        ({**SERVER, "base_url": "https://203.0.113.9/v1"}, "base_url", "outside private networks"),
        ({**SERVER, "base_url": "http://169.254.169.254/v1"}, "base_url", "outside private networks"),
        ({**SERVER, "base_url": "ftp://10.0.0.5/v1"}, "base_url", "with http or https"),
        ({**SERVER, "unbound": "trust"}, "unbound", "Choose one of the values"),
        ({**SERVER, "key_env": "SECRET_KEY"}, "key_env", "begins with READER_KEY"),
        ({**SERVER, "window": None}, "window", "how many tokens the server takes"),
    ],
)
def test_a_wrong_value_is_refused_where_it_was_given(said: dict[str, Any], field: str, sentence: str) -> None:
    tiny_model()
    with pytest.raises(WrongSetting, match=sentence) as refused:
        Description.of(**said)
    assert refused.value.field == field


def test_a_model_that_cannot_be_read_sparsely_is_refused_beside_that_setting(tmp_path: Path) -> None:
    (tmp_path / "latent").mkdir()
    (tmp_path / "latent" / "config.json").write_text('{"kv_lora_rank": 512}')
    said = {**ENGINE, "model_folder": "latent"}
    with override_settings(MODELS_DIR=tmp_path):
        assert Description.of(**said).sparse == "off"
        with pytest.raises(WrongSetting, match="latents are always read whole") as refused:
            Description.of(**said, sparse="window")
    assert refused.value.field == "sparse"


@pytest.mark.parametrize(
    ("listed", "address", "sentence"),
    [
        ([], "http://127.0.0.1:8000/v1", ""),
        ([], "http://10.0.0.5/v1", ""),
        ([], "https://203.0.113.9/v1", "outside private networks"),
        (["203.0.113.0/24"], "https://203.0.113.9/v1", ""),
        (["203.0.113.0/24"], "http://203.0.113.9/v1", "must be reached by https"),
        (
            ["203.0.113.9:8443"],
            "https://203.0.113.9/v1",
            "port 443, is not among the servers that are allowed",
        ),
        (["203.0.113.9:8443"], "https://203.0.113.9:8443/v1", ""),
        (["203.0.113.0/24"], "http://10.0.0.5/v1", "not among the servers that are allowed"),
        (["localhost:8000"], "http://localhost:8000/v1", ""),
        (["https://gpu.firm.example/v1"], "http://10.0.0.5/v1", "neither a host nor a network"),
    ],
)
def test_which_servers_are_allowed_says_whoever_runs_the_machine(
    listed: list[str], address: str, sentence: str
) -> None:
    with override_settings(READER_ENDPOINTS=listed):
        if not sentence:
            assert Description.of(**{**SERVER, "base_url": address}).base_url == address
            return
        with pytest.raises(WrongSetting, match=sentence) as refused:
            Description.of(**{**SERVER, "base_url": address})
        assert refused.value.field == "base_url"


UNKNOWN = {**SERVER, "base_url": "http://gpu.invalid/v1"}


def test_a_server_whose_address_nobody_knows_is_kept_with_a_warning_and_cannot_be_used(
    organization: Any, ada_browser: Browser, ada: User
) -> None:
    sent = {name: str(value) for name, value in UNKNOWN.items() if name != "kind"}
    sent |= {"unbound": "refuse", "side_by_side": "4", "reason_tokens": "4"}
    page = ada_browser.post("/readers/new/?kind=remote", sent, follow=True).content.decode()
    assert "Rack is added." in page
    assert "Nobody knows the address of gpu.invalid. Until that changes nothing is read with it" in page
    with as_person(ada) as context:
        profile = ReaderProfile.objects.get(name="Rack")
        with pytest.raises(engine.NotThere, match="Nobody knows the address"):
            engine.try_server(spec_of(profile))
        assert context.organization is not None
        assert change_reader(profile, Description.of(**SERVER), by=ada)
        assert (profile.problem, profile.problem_at) == ("", None)
        assert change_reader(profile, Description.of(**UNKNOWN), by=ada)
        assert "gpu.invalid" in profile.problem


@pytest.mark.parametrize(
    ("listed", "is_kept"),
    [
        (["other.invalid"], False),
        (["gpu.invalid:8443"], False),
        (["gpu.invalid"], True),
        (["10.0.0.0/8"], True),
    ],
)
def test_a_name_that_no_address_could_let_in_is_refused_unseen(listed: list[str], is_kept: bool) -> None:
    with override_settings(READER_ENDPOINTS=listed):
        if is_kept:
            assert "Nobody knows the address" in Description.of(**UNKNOWN).problem
            return
        with pytest.raises(WrongSetting, match="is not among the servers that are allowed"):
            Description.of(**UNKNOWN)


def test_a_key_comes_from_the_variable_that_a_profile_names_and_is_shown_to_nobody() -> None:
    with override_settings(READER_KEYS={"READER_KEY_RACK": "sesame"}):
        spec = spec_of(Description.of(**SERVER, key_env="READER_KEY_RACK"))
        assert spec.key == "sesame"
        assert "sesame" not in repr(spec)
    without = spec_of(Description.of(**SERVER, key_env="READER_KEY_OTHER"))
    with pytest.raises(engine.UnfitReader, match="READER_KEY_OTHER holds no key"):
        engine.try_server(without)


def test_ben_sees_the_readers_and_changes_none_and_dan_sees_none(
    organization: Any, other_organization: Any, ada: User, ben: User, dan: User
) -> None:
    profile = tiny_reader(ada)
    with as_person(ben):
        assert access_reader(ben, profile.pk) == profile
        with pytest.raises(NotAllowed):
            access_readers(ben, to="change")
    with as_person(dan), pytest.raises(NotFound):
        access_reader(dan, profile.pk)


def test_a_matter_is_read_by_its_own_choice_else_by_the_firms_default(matter: Matter, ada: User) -> None:
    with as_person(ada):
        assert reader_of(matter.pk) is None
    default, own = tiny_reader(ada), tiny_reader(ada, name="Own")
    with as_person(ada):
        assert reader_of(matter.pk) == default
        choose_reader(matter, own, by=ada)
        assert reader_of(matter.pk) == own
        retire_reader(own, by=ada)
        assert reader_of(matter.pk) == default
        choose_reader(matter, None, by=ada)
        retire_reader(default, by=ada)
        assert reader_of(matter.pk) is None


def test_a_matter_that_allows_the_compact_reader_only_cannot_choose_a_model(
    matter: Matter, ada: User
) -> None:
    profile = tiny_reader(ada)
    with as_person(ada):
        record_ai_terms(matter, AiTerms.COMPACT_ONLY, by=ada)
        with pytest.raises(AiForbidden):
            choose_reader(matter, profile, by=ada)


def test_a_pace_is_of_one_edition_and_gives_seconds(organization: Any, ada: User) -> None:
    profile = tiny_reader(ada)
    with as_person(ada):
        unknown = pace_of(profile)
        assert (unknown.seconds_to_read(1000), unknown.seconds_to_answer(2)) == (None, None)
        assert (unknown.seconds_to_read(0), unknown.seconds_to_answer(0)) == (0.0, 0.0)
        keep_pace(profile, edition=1, fingerprint="w", prefill_tokens=900, prefill_seconds=3.0)
        keep_pace(profile, edition=1, fingerprint="w", answers=4, answer_tokens=80, answer_seconds=2.0)
        pace = pace_of(profile)
        assert pace.seconds_to_read(600) == pytest.approx(2.0)
        assert pace.seconds_to_answer(10) == pytest.approx(5.0)
        assert pace.tokens_an_answer == pytest.approx(20.0)
        ReaderProfile.objects.filter(pk=profile.pk).update(edition=2)
        profile.refresh_from_db()
        assert pace_of(profile).tokens_a_second is None


def test_an_acceptance_page_is_kept_from_the_shell(organization: Any, ada: User, tmp_path: Path) -> None:
    profile = tiny_reader(ada)
    file = tmp_path / "page.json"
    file.write_text(json.dumps({**PAGE, "pass": False}))
    named = {"organization": str(organization.pk), "profile": "Tiny"}
    call_command("keep_acceptance", str(file), **named)
    with as_person(ada):
        kept = latest_acceptance(profile)
        assert kept is not None
        assert (kept.is_passed, kept.edition) == (False, 1)
    file.write_text('{"checks": []}')
    with pytest.raises(CommandError, match="no acceptance page"):
        call_command("keep_acceptance", str(file), **named)


def test_amounts_go_in_and_out_of_words() -> None:
    assert minor_units("2.40", "GBP") == 240
    assert minor_units("1,200", "JPY") == 1200
    assert in_major(240, "GBP") == "2.40"
    for wrong in ("two", "2.405", "-1", "NaN"):
        with pytest.raises(ValueError):
            minor_units(wrong, "GBP")
    assert cost_in_words(1800, 240, "GBP") == "GBP 1.20"
    assert cost_in_words(3, 240, "GBP") == "GBP 0.002"
    assert cost_in_words(3, None, "") == ""


def test_a_description_becomes_what_the_door_wants(organization: Any, ada: User) -> None:
    spec = spec_of(tiny_reader(ada))
    assert spec.model == str(settings.MODELS_DIR / "tiny")
    assert engine.window_of(spec) == 8192
    assert spec.cache == "int8"
    assert engine.count_tokens(spec, ["This Agreement is made as of March 4."], 370).by == "tokenizer"
    server = spec_of(Description(name="Rack", kind="remote", model="qwen", window=9000))
    assert engine.count_tokens(server, ["x" * 44], 440) == engine.Counted(100, "characters")


def test_ada_adds_a_reader_through_the_page_and_is_told_what_is_wrong_beside_it(
    ada_browser: Browser, organization: Any, ada: User
) -> None:
    tiny_model()
    sent = {
        "name": "Tiny",
        "model_folder": "tiny",
        "quantization": "none",
        "dtype": "float32",
        "rope": "as-is",
        "rope_factor": "1",
        "chunk": "64",
        "side_by_side": "4",
        "reason_tokens": "4",
        "cache": "int8",
        "sparse": "blocks",
        "price": "2.40",
        "currency": "gbp",
    }
    refused = ada_browser.post("/readers/new/?kind=engine", {**sent, "chunk": "0"})
    assert refused.status_code == 422
    assert "Tokens taken in at a time must be a whole number" in refused.content.decode()
    page = ada_browser.post("/readers/new/?kind=engine", sent, follow=True).content.decode()
    assert "Nothing has been read with it yet" in page
    with as_person(ada):
        added = ReaderProfile.objects.get()
        assert (added.price_minor, added.currency, added.sparse) == (240, "GBP", "blocks")
    assert "GBP 2.40" in ada_browser.get("/readers/").content.decode()


def test_the_page_of_a_reader_tells_the_pace_of_going_through_and_of_answers_in_sections(
    organization: Any, ada: User, ada_browser: Browser
) -> None:
    reader = tiny_reader(ada)
    with as_person(ada):
        took = {"gone_through": 100_000, "gone_through_seconds": 5.0}
        took |= {"section_answers": 4, "section_seconds": 6.0, "section_tokens": 80}
        keep_pace(reader, edition=reader.edition, fingerprint="sections", **took)
    page = ada_browser.get(f"/readers/{reader.pk}/").content.decode()
    assert "20,000 characters a second" in page
    assert "1.50 seconds a question, with reading the sections found for it" in page


def test_the_page_of_a_reader_shows_each_line_of_its_acceptance(
    ben_browser: Browser, organization: Any, ada: User
) -> None:
    profile = tiny_reader(ada)
    with as_person(ada):
        keep_acceptance(profile, PAGE, by=ada)
    page = ben_browser.get(f"/readers/{profile.pk}/").content.decode()
    for words in ("Passed", "by Ada, for edition 1: accepted", "900 tokens/s", "On a CPU.", "No bar"):
        assert words in page


def test_ben_finds_the_list_without_anything_to_change(
    ben_browser: Browser, organization: Any, ada: User
) -> None:
    tiny_reader(ada)
    page = ben_browser.get("/readers/").content.decode()
    assert "Tiny" in page
    assert "Retire" not in page
    assert ben_browser.get("/readers/new/").status_code == 403


def test_the_api_adds_changes_and_keeps_a_page(
    ada_api: APIClient, ben_api: APIClient, matter: Matter
) -> None:
    tiny_model()
    added = ada_api.post("/api/v1/readers/", ENGINE, format="json")
    assert added.status_code == 201
    address = f"/api/v1/readers/{added.json()['id']}/"
    wrong = ada_api.patch(address, {"window": 0}, format="json")
    assert (wrong.status_code, wrong.json()["code"]) == (400, "wrong_setting")
    changed = ada_api.patch(address, {"window": 4096, "acceptance": PAGE}, format="json").json()
    assert (changed["window"], changed["edition"]) == (4096, 2)
    assert changed["acceptance"]["is_passed"] is True
    assert ben_api.patch(address, {"window": 1}, format="json").status_code == 403
    choice = {"reader": added.json()["id"]}
    assert ben_api.post(f"/api/v1/matters/{matter.pk}/reader/", choice, format="json").status_code == 403
    chosen = ada_api.post(f"/api/v1/matters/{matter.pk}/reader/", choice, format="json")
    assert chosen.json()["name"] == "Long reader"
