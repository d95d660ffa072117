"""A mail with its attachment, as a mail program would save it."""

from email.message import EmailMessage
from email.policy import SMTP


def mail(body: str, *, attachment: bytes, name: str) -> bytes:
    """The bytes of the mail about Amendment No. 2; `name` is that of the PDF attached."""
    message = EmailMessage(policy=SMTP)
    message["Message-ID"] = "<20240422.0917.4c1f@quillhaven.example>"
    message["Date"] = "Mon, 22 Apr 2024 09:17:32 +0100"
    message["From"] = "Helen Marsden <helen.marsden@quillhaven.example>"
    message["To"] = "Sunita Rao-Hughes <sunita.rao-hughes@braxholm.example>"
    message["Cc"] = (
        "Oliver Penrose <oliver.penrose@quillhaven.example>, Duncan Ellery <duncan.ellery@braxholm.example>"
    )
    message["Subject"] = "MSA: Amendment No. 2, limit of liability and letter of clarification"
    message["In-Reply-To"] = "<20240419.1602.88d0@braxholm.example>"
    message.set_content(body, cte="quoted-printable")
    message.add_attachment(attachment, maintype="application", subtype="pdf", filename=name)
    message.set_boundary("=_quillhaven_20240422_0917")
    return message.as_bytes()
