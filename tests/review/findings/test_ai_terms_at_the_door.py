"""What a client or a matter agreed about AI is asked before any reading, and the stricter of the two holds."""

import pytest

from review.accounts.models import User
from review.documents.models import Document, ReadingState
from review.findings.models import Finding, ReviewRun
from review.findings.reading import read_matter
from review.jobs.models import Job, JobState
from review.jobs.services import due_reading
from review.matters.access import access_matter
from review.matters.models import AiTerms, Matter
from review.matters.services import AiForbidden, ai_terms_of, record_ai_terms, refuse_unless_allowed
from review.tenancy.models import AuditEvent
from tests.cast import as_job, as_person
from tests.workers import work_off

FREE, COMPACT, NEVER = AiTerms.ALLOWED, AiTerms.COMPACT_ONLY, AiTerms.FORBIDDEN


@pytest.mark.parametrize(
    ("of_client", "of_matter", "held"),
    [
        (FREE, FREE, FREE),
        (FREE, COMPACT, COMPACT),
        (FREE, NEVER, NEVER),
        (COMPACT, FREE, COMPACT),
        (COMPACT, COMPACT, COMPACT),
        (COMPACT, NEVER, NEVER),
        (NEVER, FREE, NEVER),
        (NEVER, COMPACT, NEVER),
        (NEVER, NEVER, NEVER),
    ],
)
def test_the_stricter_terms_hold(
    ada: User, matter: Matter, of_client: AiTerms, of_matter: AiTerms, held: AiTerms
) -> None:
    with as_person(ada):
        agree(ada, matter, of_client=of_client, of_matter=of_matter)
        agreed = access_matter(ada, matter.pk)
        assert ai_terms_of(agreed) == held
        for reader, allowed in (
            ("compact", held != NEVER),
            ("engine", held == FREE),
            ("remote", held == FREE),
        ):
            if allowed:
                refuse_unless_allowed(agreed, reader)
            else:
                with pytest.raises(AiForbidden):
                    refuse_unless_allowed(agreed, reader)


def test_who_recorded_the_terms_is_kept(ada: User, matter: Matter) -> None:
    with as_person(ada):
        agree(ada, matter, of_client=COMPACT, of_matter=NEVER)
        agreed = access_matter(ada, matter.pk)
        assert agreed.ai_terms_recorded_by_id == agreed.client.ai_terms_recorded_by_id == ada.pk
        assert AuditEvent.objects.filter(action="ai_terms.recorded", actor=ada).count() == 2


@pytest.mark.parametrize(("of_client", "of_matter"), [(NEVER, FREE), (FREE, NEVER)])
def test_a_forbidden_document_is_not_read_and_says_so(
    ada: User, matter: Matter, document: Document, of_client: AiTerms, of_matter: AiTerms
) -> None:
    with as_person(ada):
        due_reading(document)
        agree(ada, matter, of_client=of_client, of_matter=of_matter)
    assert work_off(matter, "read") == 1
    with as_job(matter):
        document.refresh_from_db()
        assert document.reading == ReadingState.FORBIDDEN
        assert document.reading_sentence == str(AiForbidden())
        assert Job.objects.get(kind="read").state == JobState.DONE
        assert not Finding.objects.exists()
        assert not ReviewRun.objects.exists()


def test_nobody_can_order_a_reading_that_is_forbidden(ada: User, matter: Matter, document: Document) -> None:
    with as_person(ada):
        agree(ada, matter, of_client=FREE, of_matter=NEVER)
        with pytest.raises(AiForbidden):
            read_matter(access_matter(ada, matter.pk), by=ada)
        assert not Job.objects.filter(kind="read").exists()


def test_the_compact_reader_reads_where_only_it_is_allowed(
    ada: User, matter: Matter, document: Document
) -> None:
    with as_person(ada):
        agree(ada, matter, of_client=COMPACT, of_matter=FREE)
        due_reading(document)
    assert work_off(matter, "read") == 1
    with as_job(matter):
        document.refresh_from_db()
        assert (document.reading, document.reading_sentence) == (ReadingState.READ, "")
        assert set(ReviewRun.objects.values_list("reader", flat=True)) == {"compact"}
        assert Finding.objects.filter(document=document).exists()


def agree(ada: User, matter: Matter, *, of_client: AiTerms, of_matter: AiTerms) -> None:
    agreed = access_matter(ada, matter.pk)
    record_ai_terms(agreed.client, of_client, by=ada)
    record_ai_terms(agreed, of_matter, by=ada)
