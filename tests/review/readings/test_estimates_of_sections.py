"""What is longer than the window costs before it is confirmed: going through what is not remembered, and answering."""

from typing import Any

import pytest
from django.test import Client as Browser

from review.accounts.models import User
from review.documents.models import Bundle, Document
from review.matters.models import Matter
from review.readers.description import spec_of
from review.readers.models import ReaderProfile
from review.readers.selectors import pace_of
from review.readers.services import keep_pace
from review.readings.estimate import NEW_COLUMN, Estimate, estimate_run
from review.readings.memories import forget_memories
from review.readings.models import CasePart, CaseRun
from review.readings.units import keep_case_files, plan_of
from review.web.costs import Cost, in_words
from tests.cast import AGREEMENT, LEASE, as_job, as_person, deliver
from tests.readers import tiny_reader

LONG = f"{AGREEMENT}\n\n" * 3
MEASURED = {"edition": 1, "fingerprint": "sections:code"}


@pytest.fixture
def profile(organization: Any, ada: User) -> ReaderProfile:
    """Its window is shorter than the family, and long enough for sections of it."""
    return tiny_reader(ada, window=600, reason_tokens=0)


@pytest.fixture
def family(bundle: Bundle, ada: User) -> list[Document]:
    first = deliver(bundle, ada, name="Supply agreement.txt", content=LONG)
    other = deliver(bundle, ada, name="Warehouse lease.txt", content=LEASE)
    with as_person(ada):
        Document.objects.filter(pk=other.pk).update(parent=first)
    return [first, other]


def keep(profile: ReaderProfile, by: User, **measured: Any) -> None:
    with as_person(by):
        keep_pace(profile, **MEASURED, **measured)


def told(matter: Matter, profile: ReaderProfile, by: User, *, is_free: bool = False) -> Estimate:
    with as_person(by):
        return estimate_run(matter, profile, [NEW_COLUMN], is_free=is_free)[0]


def words(matter: Matter, profile: ReaderProfile, by: User) -> Cost:
    return in_words(told(matter, profile, by))


def a_part(matter: Matter, profile: ReaderProfile, by: User, *, far: float, said: str = "") -> int:
    """A part that went so far through the family; gives how many characters that has."""
    with as_person(by):
        (case_file,) = keep_case_files(matter, plan_of(matter, spec_of(profile)).units)
    with as_job(matter):
        named = {"organization_id": matter.organization_id, "matter": matter}
        run = CaseRun.objects.create(profile=profile, edition=1, started_by=by, words=said, **named)
        CasePart.objects.create(
            run=run,
            case_file=case_file,
            ordinal=1,
            in_sections=True,
            is_remembered=True,
            tokens=1000,
            tokens_read=round(far * 1000),
            **named,
        )
    return int(case_file.characters)


def test_nothing_is_told_of_what_nobody_measured(
    matter: Matter, family: list[Document], profile: ReaderProfile, ada: User
) -> None:
    never = told(matter, profile, ada)
    assert (never.in_sections, never.to_go_through, never.section_questions) == (
        ("Supply agreement.txt",),
        1,
        1,
    )
    assert (never.tokens, never.to_read, never.reading_seconds) == (0, 0, 0.0)
    assert (never.through_seconds, never.section_seconds, never.seconds, never.own_tokens) == (None,) * 4
    assert (never.through_cost, never.cost) == ("", "")
    said = words(matter, profile, ada)
    assert said.through.endswith("are gone through once, and how long that takes is not measured yet.")
    assert (
        said.asking
        == "How long answering in sections takes is not known: this reader has not been measured yet."
    )
    keep(profile, ada, gone_through=9_000, gone_through_seconds=3.0)
    gone = told(matter, profile, ada)
    assert gone.through_seconds == pytest.approx(2 * gone.through_characters / 3_000)
    assert (gone.seconds, gone.cost) == (None, "")


def test_going_through_and_answering_are_told_from_what_they_took_before(
    matter: Matter, family: list[Document], profile: ReaderProfile, ada: User
) -> None:
    keep(profile, ada, gone_through=9_000, gone_through_seconds=3.0)
    keep(profile, ada, section_answers=4, section_tokens=80, section_seconds=10.0)
    column, question = told(matter, profile, ada), told(matter, profile, ada, is_free=True)
    assert column.through_characters == question.through_characters == len(LONG) + len(LEASE)
    assert question.through_seconds == pytest.approx(question.through_characters / 3_000)
    assert column.through_seconds == pytest.approx(2 * question.through_seconds)  # scored for columns, too
    assert column.section_seconds == column.answering_seconds == pytest.approx(2.5)
    assert column.seconds == pytest.approx(column.through_seconds + 2.5)
    assert column.through_cost.startswith("GBP ")
    assert column.own_tokens is not None
    assert column.own_tokens > 20
    said = words(matter, profile, ada)
    assert said.reading == ""
    assert said.through.startswith("It is longer than the reader takes at once and read in sections: ")
    assert "2 s, with reading sections for it, GBP " in said.asking


@pytest.mark.parametrize(
    ("said", "far", "as_column", "as_question"),
    [
        ("", 1.0, 0.0, 0.0),
        ("Who pays?", 1.0, 1.0, 0.0),  # it was not scored, and need not be put into vectors again
        ("", 0.25, 1.5, 0.75),
        ("Who pays?", 0.25, 2.0, 0.75),
    ],
    ids=["columns", "a question", "a quarter for columns", "a quarter for a question"],
)
def test_what_is_remembered_is_not_gone_through_again(
    matter: Matter,
    family: list[Document],
    profile: ReaderProfile,
    ada: User,
    said: str,
    far: float,
    as_column: float,
    as_question: float,
) -> None:
    keep(profile, ada, gone_through=1_000, gone_through_seconds=1.0)
    characters = a_part(matter, profile, ada, far=far, said=said)
    for is_free, times in ((False, as_column), (True, as_question)):
        left = told(matter, profile, ada, is_free=is_free)
        assert left.through_seconds == pytest.approx(times * characters / 1_000, abs=0.01)
    with as_job(matter):
        forget_memories(matter.organization_id, matter.pk)
    assert told(matter, profile, ada).through_seconds == pytest.approx(2 * characters / 1_000)


def test_a_document_that_is_added_costs_its_own_work(
    matter: Matter, bundle: Bundle, family: list[Document], profile: ReaderProfile, ada: User
) -> None:
    a_part(matter, profile, ada, far=1.0)
    added = deliver(bundle, ada, name="Side letter.txt", content=LEASE.replace("Lease", "Letter"))
    with as_person(ada):
        Document.objects.filter(pk=added.pk).update(parent=family[0])
    left = told(matter, profile, ada)
    assert (left.to_go_through, left.through_characters) == (1, len(LEASE.replace("Lease", "Letter")))


def test_a_question_across_the_matter_is_told_as_the_one_case_file_that_it_is(
    matter: Matter,
    bundle: Bundle,
    family: list[Document],
    profile: ReaderProfile,
    ada: User,
    ada_browser: Browser,
) -> None:
    deliver(bundle, ada, name="Licence.txt", content="A licence of one sentence.\n")
    keep(profile, ada, gone_through=1_000, gone_through_seconds=1.0)
    cost = f"/matters/{matter.pk}/ask/cost/"
    each, across = (ada_browser.get(cost, query).content.decode() for query in ({}, {"over": "matter"}))
    assert "1 of 2 case files is read first" in each
    assert "1 of them is longer than the reader takes at once" in each
    assert "is read first" not in across
    characters = len(LONG) + len(LEASE) + len("A licence of one sentence.\n")
    assert f"read in sections: {characters:,} characters are gone through once, about " in across


def test_turns_without_an_answer_count_to_the_answers_that_came_of_them(
    profile: ReaderProfile, ada: User
) -> None:
    keep(profile, ada, prefill_tokens=1_000, prefill_seconds=1.0)
    for answers, seconds in ((1, 2.0), (0, 4.0), (1, 6.0), (0, 100.0)):
        keep(profile, ada, section_answers=answers, section_tokens=10 * answers, section_seconds=seconds)
    with as_person(ada):
        pace = pace_of(profile)
    assert (pace.seconds_in_sections, pace.tokens_in_sections) == (6.0, 10.0)
    assert (pace.seconds_a_question, pace.characters_a_second) == (None, None)
