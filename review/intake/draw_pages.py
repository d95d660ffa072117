"""The step of a RENDER job: one group of page images, drawn in a child process and kept."""

from review.documents.blobs import Blob, blob_path, put_blob, removed_if_unused
from review.documents.models import DocumentText, PageImage
from review.jobs.errors import Hopeless
from review.jobs.services import Claimed, finish
from review.tenancy.context import in_context

from .parsing import render_pages
from .parsing.types import ParseProblem
from .services import DPI, RENDERER


def draw_pages(job: Claimed) -> None:
    """Draw the pages this job names ("first-last-dpi-renderer") and store their images."""
    first, last = (int(number) for number in job.input_hash.split("-")[:2])
    with in_context(job.organization_id, matter=job.matter_id):
        text = DocumentText.objects.only("view_blob_key").get(pk=job.subject_id)
    drawn = render_pages(blob_path(text.view_blob_key), list(range(first, last + 1)), dpi=DPI)
    if isinstance(drawn, ParseProblem):
        raise Hopeless(drawn.sentence, cause=drawn.cause_code)
    with removed_if_unused() as stored:
        for data, _ in drawn:
            stored.append(put_blob(job.organization_id, job.matter_id, [data]))
        blobs = list(zip(stored, (media_type for _, media_type in drawn), strict=True))
        _keep(job, first, blobs)


def _keep(job: Claimed, first: int, blobs: list[tuple[Blob, str]]) -> None:
    with finish(job):
        PageImage.objects.bulk_create(
            (
                PageImage(
                    organization_id=job.organization_id,
                    matter_id=job.matter_id,
                    text_id=job.subject_id,
                    number=number,
                    dpi=DPI,
                    renderer=RENDERER,
                    media_type=media_type,
                    blob_key=blob.key,
                )
                for number, (blob, media_type) in enumerate(blobs, start=first)
            ),
            ignore_conflicts=True,
        )
