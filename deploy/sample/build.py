"""Writes the sample data room into a folder: `python -m deploy.sample.build FOLDER`. Same bytes on every run."""

import sys
from pathlib import Path

from deploy.sample.contents import (
    ATTACHMENT,
    CONTRACTS,
    COPY,
    DRAFTS,
    INDEX,
    LOCKED,
    MAIL,
    MASTER,
    MESSAGE,
    PASSWORD,
    SCAN,
    Contract,
    Draft,
)
from deploy.sample.mail import mail
from deploy.sample.markup import blocks_of
from deploy.sample.outlook import outlook_message
from deploy.sample.pdf_file import write_pdf
from deploy.sample.scan import scanned
from deploy.sample.typeset import typeset
from deploy.sample.word_file import WordFile

TEXTS = Path(__file__).parent / "text"


def build(out: Path) -> list[Path]:
    """Every file of the bundle, written below `out` as in a data room, in the order of its index."""
    return [_write(out / path, data) for path, data in sorted(bundle().items())]


def bundle() -> dict[str, bytes]:
    """The files of the bundle by their paths in the data room."""
    files = {contract.path: pdf_of(contract) for contract in CONTRACTS}
    files |= {draft.path: docx_of(draft) for draft in DRAFTS}
    files[SCAN.path] = write_pdf(
        scanned(pdf_of(SCAN)), title=SCAN.title, date=SCAN.date, producer="OfficeScan 3"
    )
    files[LOCKED.path] = pdf_of(LOCKED, password=PASSWORD)
    files[MAIL] = mail(text_of("mail.txt"), attachment=pdf_of(ATTACHMENT), name=ATTACHMENT.path)
    files[MESSAGE] = outlook_message()
    files[COPY] = files[MASTER.path]
    files[INDEX] = text_of("index.txt").encode()
    return files


def pdf_of(contract: Contract, password: str = "") -> bytes:
    """The contract set by its drafting house."""
    sheets = typeset(blocks_of(text_of(f"{contract.source}.md")), contract.house)
    return write_pdf(sheets, title=contract.title, date=contract.date, password=password)


def docx_of(draft: Draft) -> bytes:
    """The draft as a Word file, with its revisions."""
    file = WordFile(
        font=draft.font,
        size=draft.size,
        header=draft.header,
        title=draft.title,
        author=draft.author,
        date=draft.date,
    )
    file.add_all(blocks_of(text_of(f"{draft.source}.md")))
    return file.to_bytes()


def text_of(name: str) -> str:
    return (TEXTS / name).read_text(encoding="utf-8")


def _write(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Name the folder to write the sample into: python -m deploy.sample.build FOLDER")
    for written in build(Path(sys.argv[1])):
        print(written)
