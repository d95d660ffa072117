import json

import pytest

from review.intake.parsing.frames import BadFrame, decode, encode
from review.intake.parsing.types import (
    Attachment,
    ParsedDocument,
    ParsedPage,
    ParsedWorkbook,
    ParseProblem,
    Worksheet,
)

DOCUMENT = ParsedDocument(
    kind="eml",
    content="Miete ist fällig",
    pages=(
        ParsedPage(1, 0, 5, 612.0, 792.0, 90, b"map one", 88.5),
        ParsedPage(2, 6, 16, 612.0, 792.0, 0, b""),
    ),
    banner={"insertions": 2, "pages_without_text": [2]},
    original_content="",
    view_pdf=b"%PDF",
    attachments=(Attachment("deed.pdf", "application/pdf", b"\x00\n\xff"),),
    mail_headers={"subject": "Miete"},
    language="de",
    language_confidence=0.98,
)


WORKBOOK = ParsedWorkbook("xlsx", (Worksheet("Miete", ((1, ("Datei", "")), (9, ("ä.pdf",)))),), 2)


@pytest.mark.parametrize(
    "outcome",
    [
        DOCUMENT,
        WORKBOOK,
        ParseProblem("corrupt", "Damaged.", "here"),
        [(b"\x89PNG", "image/png"), (b"", "image/webp")],
    ],
)
def test_an_outcome_survives_the_way(outcome):
    assert decode(b"".join(encode(outcome))) == outcome


def forged(**changes: object) -> bytes:
    line, _, rest = b"".join(encode(DOCUMENT)).partition(b"\n")
    head = json.loads(line)
    head["document"].update(changes.pop("document", {}))
    head.update(changes)
    return json.dumps(head).encode() + b"\n" + rest


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"[]\n",
        b"{}\n",
        b"[" * 100_000 + b"\n",
        b"cos\nsystem\n(S'true'\ntR.",
        forged(blobs=[5]),
        forged(blobs=[-1, 1]),
        forged(document={"pages": []}),
        forged(document={"pages": [[0, 99, 1, 1, 0, None]] * 2}),
        forged(document={"pages": [[5, 1, 1, 1, 0, None]] * 2}),
        forged(document={"banner": 5}),
        b"".join(encode(DOCUMENT)).replace(b"Miete ist", b"Miete\x00ist"),
        b"".join(encode(DOCUMENT)).replace("fällig".encode(), b"f\xff\xffllig"),
        b"".join(encode(DOCUMENT))[:-1],
        b"".join(encode(WORKBOOK)).replace(b'"Datei"', b"1234567"),
        b"".join(encode(WORKBOOK)).replace(b"[9, ", b"[-9,"),
    ],
)
def test_what_a_spoilt_child_may_write_is_refused(data):
    with pytest.raises(BadFrame):
        decode(data)
