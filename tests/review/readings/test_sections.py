"""Longer than the window: read in sections, with exact quotes at their places, and each answer tells what it rests on."""

import random
from typing import Any

import pytest

from inference.evaluation.needle.agreements import Agreements, Clause, written
from review import engine
from review.accounts.models import User
from review.documents.models import Bundle, Document
from review.findings.models import Evidence, Finding
from review.matters.models import Matter
from review.playbooks.models import Question
from review.readers.models import MeasuredPace, ReaderProfile
from review.readings.estimate import estimate_run
from review.readings.models import CaseAnswer, CasePart, CaseRun, PartState
from review.readings.recipes import asked_of
from review.readings.sections import covered_by
from review.readings.services import cancel_run, start_run
from tests.agreements import add_columns
from tests.cast import as_job, as_person, deliver
from tests.readers import stand_in_reader
from tests.workers import work_off

WINDOW = 1024  # of the stand-in's 2,048 tokens
AGREEMENTS = written(random.Random("sections"), clauses=60, documents=4)


@pytest.fixture
def narrow(organization: Any, ada: User) -> ReaderProfile:
    return stand_in_reader(ada, window=WINDOW)


@pytest.fixture
def family(bundle: Bundle, ada: User) -> list[Document]:
    """A mail and the four agreements that came with it: about twice what the reader takes at once."""
    mail = deliver(bundle, ada, name="Mail.eml", content="The agreements are attached.\n")
    annexes = [
        deliver(bundle, ada, name=f"{each.id}.txt", content=each.content)
        for each in AGREEMENTS.case_file.documents
    ]
    with as_person(ada):
        Document.objects.filter(pk__in=[each.pk for each in annexes]).update(parent=mail)
    return [mail, *annexes]


@pytest.fixture
def asked(family: list[Document], ada: User) -> list[Question]:
    """Two clauses of different agreements, and one that none has."""
    return add_columns(ada, [AGREEMENTS.clauses[3].name, AGREEMENTS.clauses[-4].name, AGREEMENTS.absent[0]])


def start(matter: Matter, profile: ReaderProfile, columns: list[Question], by: User) -> CaseRun:
    with as_person(by):
        return start_run(Matter.objects.select_related("client").get(pk=matter.pk), profile, columns, by=by)


def the_part(run: CaseRun) -> CasePart:
    with as_job(run):
        return CasePart.objects.select_related("case_file").get(run=run)


def said_by(answer: CaseAnswer) -> list[tuple[str, int, str]]:
    quotes = list(answer.quotes.select_related("text__document"))
    assert all(each.quote == each.text.content[each.start : each.end] for each in quotes)
    return [(each.text.document.name, each.start, each.quote) for each in quotes]


def at(clause: Clause) -> tuple[str, int, str]:
    return f"{clause.document_id}.txt", clause.start, clause.text


def test_a_family_longer_than_the_window_is_answered_at_the_right_places_and_says_what_was_read(
    matter: Matter, family: list[Document], asked: list[Question], narrow: ReaderProfile, ada: User
) -> None:
    with as_person(ada):
        estimate, _ = estimate_run(matter, narrow, [asked_of(each) for each in asked])
    assert (estimate.in_sections, estimate.too_long) == (("Mail.eml",), ())
    assert (estimate.seconds, estimate.cost) == (None, "")

    run = start(matter, narrow, asked, ada)
    work_off(matter, "read_case")
    part = the_part(run)
    assert (part.state, part.in_sections, part.case_file.documents) == (PartState.DONE, True, 5)
    assert part.tokens == part.tokens_read > WINDOW
    with as_job(matter):
        found, other, absent = (CaseAnswer.objects.get(question=each) for each in asked)
        assert said_by(found) == [at(AGREEMENTS.clauses[3])]
        assert said_by(other) == [at(AGREEMENTS.clauses[-4])]
        assert (absent.state, said_by(absent)) == ("not_found", [])
        for answer in (found, other, absent):
            covered = covered_by(answer)
            assert covered is not None
            assert covered.characters == covered.characters_searched == part.case_file.characters
            assert 0 < covered.characters_read_again < covered.characters
            assert covered.sentence.startswith("Read in sections: 100 % of ")
        assert Finding.objects.count() == len(asked) * len(family)
        assert {(each.text_id, each.start) for each in Evidence.objects.all()} == {
            (quote.text_id, quote.start) for each in (found, other) for quote in each.quotes.all()
        }
    with as_person(ada):  # the pace is that of reading whole, and nothing else
        assert not MeasuredPace.objects.filter(profile=narrow).exists()
        estimate, _ = estimate_run(matter, narrow, [asked_of(each) for each in asked])
        assert (estimate.questions, estimate.answered) == (0, len(asked))
