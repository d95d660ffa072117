"""A case file read sparsely: another reading than one that looked back at everything, and it says what it kept."""

from dataclasses import replace
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client as Browser
from rest_framework.test import APIClient

from review import engine
from review.accounts.models import User
from review.documents.models import Bundle, Document
from review.matters.models import Matter
from review.playbooks.models import Question
from review.readers.description import Description
from review.readers.models import ReaderProfile
from review.readers.services import change_reader
from review.readings.models import CaseAnswer, CasePart, PartState
from review.readings.services import start_run
from tests.cast import AGREEMENT, as_job, as_person, deliver
from tests.readers import stand_in_reader
from tests.workers import work_off

from .test_sharing_a_reader import Worker, ask, matter_of, put_columns, the_part


def read(matter: Matter, profile: ReaderProfile, column: Question, by: User) -> CasePart:
    """Put a column to a matter and work it off."""
    with as_person(by):
        found = Matter.objects.select_related("client").get(pk=matter.pk)
        run = start_run(found, profile, [column], by=by)
    work_off(matter, "read_case")
    with as_job(run):
        part = CasePart.objects.get(run=run)
    assert part.state == PartState.DONE
    return part


def reads(profile: ReaderProfile, sparse: str, by: User) -> None:
    with as_person(by):
        assert change_reader(profile, replace(Description.by(profile), sparse=sparse), by=by)


def told(part: CasePart) -> tuple[Any, ...]:
    return part.attention_least, part.attention_heads, part.attention_dense


@pytest.fixture
def contracts(bundle: Bundle, ada: User) -> list[Document]:
    """Long enough that something can be left out."""
    return [deliver(bundle, ada, name="Supply agreements.txt", content=3 * AGREEMENT)]


@pytest.fixture
def profile(organization: Any, ada: User) -> ReaderProfile:
    """Random weights look at everything alike; those of the stand-in were trained."""
    return stand_in_reader(ada)


@pytest.fixture
def dense(
    matter: Matter, contracts: list[Document], profile: ReaderProfile, columns: list[Question], ada: User
) -> CasePart:
    """One column, asked of a case file that was read whole."""
    return read(matter, profile, columns[0], ada)


def test_a_sparse_reading_is_another_than_a_dense_one_and_tells_what_it_kept(
    dense: CasePart, matter: Matter, profile: ReaderProfile, columns: list[Question], ada: User
) -> None:
    assert told(dense) == (None, None, None)
    reads(profile, "blocks", ada)
    assert profile.edition == 2
    sparse = read(matter, profile, columns[0], ada)
    assert (sparse.tokens_restored, sparse.reused, sparse.is_warm) == (0, 0, False)
    assert sparse.fingerprint != dense.fingerprint
    assert sparse.attention_least is not None
    assert 0.95 <= sparse.attention_least < 1
    assert sparse.attention_heads is not None
    assert sparse.attention_dense is not None
    assert sparse.attention_heads > sparse.attention_dense >= 0
    with as_job(matter):
        recipes = CaseAnswer.objects.filter(question=columns[0]).values_list("recipe_hash", "fingerprint")
        assert len(set(recipes)) == 2
    engine.close_whole_reader()
    restored = read(matter, profile, columns[1], ada)
    assert restored.tokens_restored == restored.tokens
    assert told(restored) == told(sparse)


def test_pages_and_the_api_say_what_a_sparse_reading_kept(
    matter: Matter,
    contracts: list[Document],
    columns: list[Question],
    ada: User,
    ada_browser: Browser,
    ada_api: APIClient,
) -> None:
    part = read(matter, stand_in_reader(ada, sparse="vertical-slash"), columns[0], ada)
    words = f"{part.attention_percent:.1f}&nbsp;%"
    page = ada_browser.get(f"/runs/{part.run_id}/").content.decode()
    assert f"Read sparsely: every head kept {words} of its attention or more" in page
    assert f"Read sparsely: {words}" in ada_browser.get(f"/matters/{matter.pk}/runs/").content.decode()
    (each,) = ada_api.get(f"/api/v1/runs/{part.run_id}/").json()["parts"]
    assert (each["attention_least"], each["attention_heads"], each["attention_dense"]) == told(part)


@pytest.mark.usefixtures("by_order")
def test_what_is_asked_beside_a_sparse_reading_says_what_that_kept(
    matter: Matter, ada: User, ben: User
) -> None:
    ours = matter_of(matter, ada, sparse="blocks")
    run, inquiry = put_columns(ours, ada, 2), ask(ours, ben)
    Worker().work_off()
    one, other = the_part(run), the_part(inquiry.run)
    assert 0 in (one.prefill_seconds, other.prefill_seconds)  # one was asked beside the other
    assert told(one) == told(other) != (None, None, None)


def test_a_case_file_too_short_to_leave_anything_out_says_so() -> None:
    part = CasePart(attention_least=1.0, attention_heads=0, attention_dense=0)
    assert "too short to leave anything out" in render_to_string("runs/attention.html", {"part": part})
    assert render_to_string("runs/attention.html", {"part": CasePart()}).strip() == ""


def test_what_is_shown_is_never_more_than_what_was_kept() -> None:
    assert CasePart(attention_least=0.95999).attention_percent == 95.9
    assert CasePart(attention_least=0.957).attention_percent == 95.7
    assert CasePart(attention_least=1.0).attention_percent == 100.0
    assert CasePart().attention_percent is None
