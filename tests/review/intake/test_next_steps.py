"""What a stored text makes due is the same work whether it is its first text or not."""

from review.documents.models import Document, ReadingState
from review.intake.next_steps import due_next_steps
from review.jobs.models import Job, JobKind


def test_the_first_steps_are_those_that_asking_again_would_make_due(document, as_job):
    with as_job(document):
        due_next_steps(document, document.text, is_first=True)
        steps = Job.objects.filter(document=document, subject_id=document.text_id)
        first = set(steps.values_list("pk", "kind", "priority"))
        due_next_steps(document, document.text, is_first=False)
        assert set(steps.values_list("pk", "kind", "priority")) == first
        assert {(kind, priority) for _, kind, priority in first} == {(JobKind.READ, 5), (JobKind.RENDER, 7)}
        assert Document.objects.get(pk=document.pk).reading == ReadingState.PENDING
