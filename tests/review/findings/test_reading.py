"""What a reading leaves behind, whatever happens while it runs."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from review import engine
from review.accounts.models import User
from review.documents.models import Document, ReadingState
from review.findings.models import Finding, ReviewRun
from review.findings.reading import read_matter
from review.jobs.services import due_reading
from review.matters.models import AiTerms, Matter
from review.matters.services import record_ai_terms
from review.playbooks.models import Question
from tests.cast import as_job, as_person
from tests.workers import work_off


def test_terms_that_forbid_while_it_is_read_keep_its_answers_out(
    ada: User, matter: Matter, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden_meanwhile(
        text_id: str, content: str, language: str | None, asked: Sequence[engine.Asked], **named: Any
    ) -> Iterator[engine.Answered]:
        yield from read(text_id, content, language, asked, **named)
        with as_person(ada):
            record_ai_terms(Matter.objects.get(pk=matter.pk), AiTerms.FORBIDDEN, by=ada)

    read = engine.read_text
    monkeypatch.setattr(engine, "read_text", forbidden_meanwhile)
    with as_person(ada):
        due_reading(document)
    work_off(matter, "read")
    with as_job(matter):
        document.refresh_from_db()
        assert document.reading == ReadingState.FORBIDDEN
        assert not Finding.objects.exists()


def test_asking_for_what_was_read_already_reads_nothing_again(
    ada: User, matter: Matter, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    with as_person(ada):
        due_reading(document)
    work_off(matter, "read")

    def never(*_: object, **named: object) -> Iterator[engine.Answered]:
        raise AssertionError("the same recipe was read twice")

    monkeypatch.setattr(engine, "read_text", never)
    with as_person(ada):
        assert read_matter(matter, by=ada) == 1
    assert work_off(matter, "read") == 1
    with as_job(matter):
        document.refresh_from_db()
        assert document.reading == ReadingState.READ
        assert ReviewRun.objects.count() == Question.objects.count()


def test_without_questions_a_document_is_not_said_to_be_in_another_language(
    ada: User, matter: Matter, document: Document
) -> None:
    with as_person(ada):
        Question.objects.update(is_active=False)
        due_reading(document)
    work_off(matter, "read")
    with as_job(matter):
        document.refresh_from_db()
        assert (document.reading, document.reading_sentence) == (ReadingState.READ, "")
