"""PDF files written out by hand, so that the same pages give the same bytes: no clock and no chance."""

import zlib
from dataclasses import dataclass, field
from hashlib import sha256

from deploy.sample.locked_pdf import Lock

FACES = {
    "times": ("Times-Roman", "Times-Bold", "Times-Italic", "Times-BoldItalic"),
    "helvetica": ("Helvetica", "Helvetica-Bold", "Helvetica-Oblique", "Helvetica-BoldOblique"),
    "courier": ("Courier", "Courier-Bold", "Courier-Oblique", "Courier-BoldOblique"),
}
STYLES = ("", "b", "i", "bi")
ENCODING = "cp1252"


@dataclass
class Sheet:
    """One page: its size in points, its drawing operators, and a grey JPEG that covers it, if any."""

    width: float
    height: float
    operators: list[str] = field(default_factory=list)
    photo: tuple[bytes, int, int] | None = None


def font_name(family: str, style: str) -> str:
    """The name under which every page knows this face."""
    return f"{family[0].upper()}{STYLES.index(style)}"


def string(words: str) -> str:
    """A PDF string of these words; raises UnicodeEncodeError for a letter the standard fonts lack."""
    return "(" + "".join(_letter(code) for code in words.encode(ENCODING)) + ")"


def _letter(code: int) -> str:
    if code in b"()\\":
        return "\\" + chr(code)
    return chr(code) if 32 <= code < 127 else f"\\{code:03o}"


def write_pdf(
    sheets: list[Sheet], *, title: str, date: str, producer: str = "Typeset 4.2", password: str = ""
) -> bytes:
    """The bytes of a PDF; `date` is written YYYYMMDD. A file with a password says nothing of its title."""
    file = _File(sha256(f"{title} {date} {len(sheets)}".encode()).digest()[:16], password)
    catalog, pages = file.add(b""), file.add(b"")
    fonts = _add_fonts(file)
    kids = [_add_sheet(file, sheet, fonts, pages) for sheet in sheets]
    file.objects[catalog - 1] = f"<< /Type /Catalog /Pages {pages} 0 R >>".encode()
    listed = " ".join(f"{number} 0 R" for number in kids)
    file.objects[pages - 1] = f"<< /Type /Pages /Kids [{listed}] /Count {len(kids)} >>".encode()
    if file.lock:
        return file.to_bytes(f"/Root {catalog} 0 R /Encrypt {file.add(file.lock.entry().encode())} 0 R")
    stamp = f"(D:{date}120000Z)"
    words = f"/Title {string(title)} /Producer {string(producer)} /CreationDate {stamp} /ModDate {stamp}"
    return file.to_bytes(f"/Root {catalog} 0 R /Info {file.add(f'<< {words} >>'.encode())} 0 R")


class _File:
    """The numbered objects of one file."""

    def __init__(self, name: bytes, password: str) -> None:
        self.name, self.objects = name, list[bytes]()
        self.lock = Lock(password, name) if password else None

    def add(self, body: bytes) -> int:
        self.objects.append(body)
        return len(self.objects)

    def add_stream(self, data: bytes, keys: str) -> int:
        if self.lock:
            data = self.lock.locked(data, len(self.objects) + 1)
        return self.add(f"<< {keys} /Length {len(data)} >>\nstream\n".encode() + data + b"\nendstream")

    def to_bytes(self, trailer: str) -> bytes:
        out = bytearray(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
        places = []
        for number, body in enumerate(self.objects, 1):
            places.append(len(out))
            out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
        table = len(out)
        out += f"xref\n0 {len(self.objects) + 1}\n0000000000 65535 f \n".encode()
        out += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
        ends = f"<< /Size {len(self.objects) + 1} {trailer} /ID [<{self.name.hex()}> <{self.name.hex()}>] >>"
        return bytes(out) + f"trailer\n{ends}\nstartxref\n{table}\n%%EOF\n".encode()


def _add_fonts(file: _File) -> str:
    names = []
    for family, faces in FACES.items():
        for style, face in zip(STYLES, faces, strict=True):
            font = f"<< /Type /Font /Subtype /Type1 /BaseFont /{face} /Encoding /WinAnsiEncoding >>"
            names.append(f"/{font_name(family, style)} {file.add(font.encode())} 0 R")
    return " ".join(names)


def _add_sheet(file: _File, sheet: Sheet, fonts: str, parent: int) -> int:
    resources, operators = f"/Font << {fonts} >>", sheet.operators
    if sheet.photo:
        resources = f"/XObject << /Photo {_add_photo(file, *sheet.photo)} 0 R >>"
        operators = [f"q {sheet.width:g} 0 0 {sheet.height:g} 0 0 cm /Photo Do Q"]
    drawn = zlib.compress("\n".join(operators).encode("ascii"), 9)
    contents = file.add_stream(drawn, "/Filter /FlateDecode")
    page = (
        f"<< /Type /Page /Parent {parent} 0 R /MediaBox [0 0 {sheet.width:g} {sheet.height:g}]"
        f" /Resources << {resources} >> /Contents {contents} 0 R >>"
    )
    return file.add(page.encode())


def _add_photo(file: _File, data: bytes, width: int, height: int) -> int:
    keys = f"/Type /XObject /Subtype /Image /Width {width} /Height {height} /ColorSpace /DeviceGray"
    return file.add_stream(data, f"{keys} /BitsPerComponent 8 /Filter /DCTDecode")
