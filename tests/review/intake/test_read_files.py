"""Every file of a bundle ends in one state with a cause a person understands, and the counts add up."""

import io
import zipfile
from email.message import EmailMessage

import pymupdf

from review.documents.models import Document, DocumentState, DocumentText, Page, PageImage, ReadingState
from review.documents.selectors import boxes_of
from review.intake.services import accept_stream
from review.jobs.models import Job, JobState
from tests.workers import work_off

AGREEMENT = """CONSULTING AGREEMENT

This Agreement is made on 4 March 2024 between Alder Works Limited and Birch Partners LLP.

1. Term. This Agreement continues for two years.

2. Governing Law. This Agreement is governed by the laws of the State of New York.
"""


def a_pdf(content: str = AGREEMENT, **saved: object) -> bytes:
    """A page of plain typesetting."""
    document = pymupdf.open()
    page = document.new_page()
    page.insert_textbox(pymupdf.Rect(72, 72, 540, 720), content, fontsize=11)
    return document.tobytes(**saved)


def a_zip(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def deliver(bundle, by, name, content):
    return accept_stream(bundle, path=name, chunks=[content], by=by)


def by_path(matter):
    return {document.path: document for document in Document.objects.filter(matter=matter)}


def test_a_pdf_becomes_text_with_a_box_for_every_word(ada, matter, bundle, as_person):
    with as_person(ada):
        deliver(bundle, ada, "agreement.pdf", a_pdf())
    work_off(matter, "parse")
    with as_person(ada):
        document = Document.objects.get(name="agreement.pdf")
        assert (document.state, document.page_count, document.language) == (DocumentState.READY, 1, "en")
        text = document.text
        start = text.content.index("State of New York")
        (boxes,) = boxes_of(text.pk, [(start, start + len("State of New York"))])
        words = {word[4]: word[:4] for word in pymupdf.open(stream=a_pdf())[0].get_text("words")}
        assert boxes[0].page == 1
        assert abs(boxes[0].x0 - words["State"][0]) < 0.1
        assert abs(boxes[0].y1 - words["York."][3]) < 0.1


def test_the_first_pages_are_drawn_and_the_document_is_read(ada, matter, bundle, as_person):
    with as_person(ada):
        deliver(bundle, ada, "agreement.pdf", a_pdf())
    work_off(matter)
    with as_person(ada):
        document = Document.objects.get(name="agreement.pdf")
        assert document.reading == ReadingState.READ
        assert PageImage.objects.get(text=document.text, number=1).media_type in {"image/png", "image/webp"}
        assert set(Job.objects.values_list("state", flat=True)) == {JobState.DONE}


def test_every_file_of_an_archive_is_accounted_for(ada, matter, bundle, as_person):
    packed = a_zip(
        {
            "MSA/agreement.pdf": a_pdf(),
            "MSA/notes.txt": AGREEMENT.encode(),
            "MSA/agreement copy.pdf": a_pdf(),
            "video.mp4": b"\x00\x00\x00\x18ftypmp42" + bytes(100),
            "inner.zip": a_zip({"deep.txt": b"A short note about the closing."}),
            "empty.txt": b"",
        }
    )
    with as_person(ada):
        deliver(bundle, ada, "room.zip", packed)
    work_off(matter, "parse")
    with as_person(ada):
        states = {path: document.state for path, document in by_path(matter).items()}
        assert states["room.zip"] == DocumentState.UNPACKED
        assert states["room.zip/MSA/notes.txt"] == DocumentState.READY
        assert states["room.zip/video.mp4"] == DocumentState.REFUSED
        assert states["room.zip/empty.txt"] == DocumentState.REFUSED
        assert states["room.zip/inner.zip"] == DocumentState.UNPACKED
        assert states["room.zip/inner.zip/deep.txt"] == DocumentState.READY
        assert len(states) == 8
        assert all(DocumentState(state).is_final for state in states.values())
        assert all(d.sentence for d in by_path(matter).values() if DocumentState(d.state).is_problem)


def test_archives_inside_archives_end_somewhere(ada, matter, bundle, as_person):
    packed = AGREEMENT.encode()
    for depth in range(6):
        packed = a_zip({f"level{depth}.zip" if depth else "note.txt": packed})
    with as_person(ada):
        deliver(bundle, ada, "nested.zip", packed)
    work_off(matter, "parse")
    with as_person(ada):
        deepest = Document.objects.get(cause="too_deep")
        assert deepest.state == DocumentState.REFUSED
        assert "nested" in deepest.sentence


def test_a_locked_pdf_asks_for_its_password_and_opens_with_it(ada, matter, bundle, as_person):
    from review.intake.services import retry_document

    locked = a_pdf(encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="kestrel", owner_pw="owner")
    with as_person(ada):
        deliver(bundle, ada, "locked.pdf", locked)
    work_off(matter, "parse")
    with as_person(ada):
        document = Document.objects.get(name="locked.pdf")
        assert document.state == DocumentState.NEEDS_PASSWORD
        assert "password" in document.sentence
        retry_document(document, by=ada, password="kestrel")
    work_off(matter)
    with as_person(ada):
        document.refresh_from_db()
        assert document.state == DocumentState.READY
        assert "State of New York" in document.text.content
        assert PageImage.objects.filter(text=document.text, number=1).exists()


def test_a_text_file_keeps_every_character(ada, matter, bundle, as_person):
    content = "Line one\r\nLine two\twith a tab\n\n  § 3 “quoted” — naïve\n"
    with as_person(ada):
        deliver(bundle, ada, "note.txt", content.encode())
    work_off(matter, "parse")
    with as_person(ada):
        assert Document.objects.get(name="note.txt").text.content == content


def test_the_attachments_of_a_mail_become_its_children(ada, matter, bundle, as_person):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@alder.example", "b@birch.example", "Second amendment"
    mail.set_content("Please find the signed second amendment attached.\n")
    mail.add_attachment(a_pdf(), maintype="application", subtype="pdf", filename="../amendment.pdf")
    with as_person(ada):
        deliver(bundle, ada, "note.eml", mail.as_bytes())
    work_off(matter, "parse")
    with as_person(ada):
        parent = Document.objects.get(name="note.eml")
        (child,) = parent.children.all()
        assert parent.state == child.state == DocumentState.READY
        assert "signed second amendment" in parent.text.content
        assert child.path == "note.eml/.._amendment.pdf"


def test_a_document_in_another_language_is_not_readable_never_not_found(ada, matter, bundle, as_person):
    from review.findings.models import Finding

    german = (
        "Dieser Vertrag unterliegt dem Recht der Bundesrepublik Deutschland. Die Parteien vereinbaren, dass alle "
        "Streitigkeiten aus diesem Vertrag ausschließlich vor den Gerichten in Hamburg verhandelt werden. "
    ) * 8
    with as_person(ada):
        deliver(bundle, ada, "vertrag.txt", german.encode())
    work_off(matter)
    with as_person(ada):
        document = Document.objects.get(name="vertrag.txt")
        assert (document.language, document.reading) == ("de", ReadingState.NOT_READABLE)
        assert set(Finding.objects.filter(document=document).values_list("state", flat=True)) == {
            "not_readable"
        }


def test_reading_a_file_again_makes_no_second_text(ada, matter, bundle, as_person):
    with as_person(ada):
        document = deliver(bundle, ada, "agreement.pdf", a_pdf())
    work_off(matter, "parse")
    with as_person(ada):
        Job.objects.filter(document=document, kind="parse").update(state=JobState.QUEUED)
    work_off(matter, "parse")
    with as_person(ada):
        assert DocumentText.objects.filter(document=document).count() == 1
        assert Page.objects.filter(text__document=document).count() == 1
