"""Sets a contract in the manner of its drafting house: numbers that hang, columns, tables, signatures, stamps."""

from deploy.sample.houses import House
from deploy.sample.lines import Line, broken, drawn, width_of
from deploy.sample.markup import Block
from deploy.sample.pdf_file import Sheet
from deploy.sample.signatures import autograph


def typeset(blocks: list[Block], house: House) -> list[Sheet]:
    """The finished pages; a contents page costs a second setting, once the page numbers are known."""
    first = Typesetter(house, {})
    first.set_all(blocks)
    if not any(block.kind == "contents" for block in blocks):
        return first.finished()
    second = Typesetter(house, first.entries)
    second.set_all(blocks)
    return second.finished()


class Typesetter:
    """The page being filled: its columns, and how far down the text has come."""

    def __init__(self, house: House, known: dict[str, int]) -> None:
        self.house, self.known = house, known
        self.entries: dict[str, int] = {}
        self.sheets: list[Sheet] = []
        self.numbered: list[list[float]] = []  # baselines of each page, for line numbers
        self.columns, self.column = 1, 0
        self.top = self.y = 0.0
        self.new_page()

    # the page

    def new_page(self) -> None:
        width, height = self.house.page
        self.sheets.append(Sheet(width, height))
        self.numbered.append([])
        self.column = 0
        self.top = self.y = height - self.house.margins[2]

    def next_column(self) -> None:
        if self.column + 1 < self.columns:
            self.column += 1
            self.y = self.top
        else:
            self.new_page()

    @property
    def width(self) -> float:
        left, right = self.house.margins[:2]
        whole = self.house.page[0] - left - right
        return (whole - self.house.gutter * (self.columns - 1)) / self.columns

    @property
    def left(self) -> float:
        return self.house.margins[0] + self.column * (self.width + self.house.gutter)

    def needs(self, height: float) -> None:
        """Go on to the next column unless this much room is left."""
        if self.y - height < self.house.margins[3] and self.y < self.top:
            self.next_column()

    def draw(self, *operators: str) -> None:
        self.sheets[-1].operators += operators

    def put(self, line: Line, x: float, room: float, *, size: float = 0, place: str = "left") -> None:
        """One line at the present height, and down by its leading."""
        size = size or self.house.size
        leading = self.house.leading * size / self.house.size
        self.y -= leading
        stretch = 0.0
        if place == "centre":
            x += (room - line.width) / 2
        elif place == "right":
            x += room - line.width
        elif place == "justified" and not line.is_last and len(line.words) > 1:
            stretch = (room - line.width) / (len(line.words) - 1)
            stretch = (
                stretch if stretch < size else 0.0
            )  # a gap wider than a letter looks worse than a ragged line
        self.numbered[-1].append(self.y)
        self.draw(drawn(line, x, self.y, self.house.family, size, stretch))

    # the blocks

    def set_all(self, blocks: list[Block]) -> None:
        for place, block in enumerate(blocks):
            following = blocks[place + 1] if place + 1 < len(blocks) else None
            getattr(self, f"set_{block.kind}")(block, following)

    def set_page(self, block: Block, following: Block | None) -> None:
        self.new_page()

    def set_space(self, block: Block, following: Block | None) -> None:
        self.y -= float(block.text)

    def set_columns(self, block: Block, following: Block | None) -> None:
        if self.columns > 1:
            self.new_page()
        self.columns = int(block.text)
        self.top = self.y

    def set_title(self, block: Block, following: Block | None) -> None:
        size = self.house.title_size
        self.needs(6 * self.house.leading)
        text = f"{block.label} {block.text}".strip()
        for line in broken(text, self.house.family, size, self.width, style="b"):
            self.put(line, self.left, self.width, size=size, place="centre")
        self.y -= self.house.gap * 2

    def set_centre(self, block: Block, following: Block | None) -> None:
        self.needs(2 * self.house.leading)
        text = f"{block.label} {block.text}".strip()
        for line in broken(text, self.house.family, self.house.size, self.width):
            self.put(line, self.left, self.width, place="centre")
        self.y -= self.house.gap

    def set_part(self, block: Block, following: Block | None) -> None:
        self.set_heading(block, following, is_part=True)

    def set_heading(self, block: Block, following: Block | None, is_part: bool = False) -> None:
        house = self.house
        manner = "bold" if is_part else house.heading
        self.needs(5 * house.leading)
        self.y -= house.gap * 0.6
        text = block.text.upper() if "caps" in manner else block.text
        if not is_part:
            self.entries[f"{block.label}  {text}".strip()] = len(self.sheets)
        style = "b" if "bold" in manner else ""
        is_centred = "centre" in manner
        label = "" if is_centred or not block.label else block.label
        if is_centred and block.label:
            text = f"{block.label} {text}"
        hang = max(house.hang, self._label_width(label, style)) if label else 0
        for number, line in enumerate(broken(text, house.family, house.size, self.width - hang, style=style)):
            if label and not number:
                self._put_label(label, self.left, style)
            x = self.left + hang
            self.put(line, x, self.width - hang, place="centre" if is_centred else "left")
            if "underline" in manner:
                start = x + (self.width - hang - line.width) / 2 if is_centred else x
                self._rule(start, start + line.width, self.y - 1.8)
        self.y -= house.gap * 0.8

    def set_paragraph(self, block: Block, following: Block | None) -> None:
        house = self.house
        indent = house.hang * block.level
        text, first, hang = block.text, 0.0, 0.0
        if house.indents_first_line:
            first = 36.0 if block.label else 0.0
            text = f"{block.label} {text}".strip()
        elif block.label:
            hang = max(house.hang, self._label_width(block.label, ""))
        room = self.width - indent - hang
        lines = broken(text, house.family, house.size, room, first=first)
        for number, line in enumerate(lines):
            self.needs(house.leading * (2 if self._must_hold(number, len(lines)) else 1))
            x = self.left + indent + hang
            if block.label and hang and not number:
                self._put_label(block.label, self.left + indent, "")
            start = first if not number else 0.0
            self.put(line, x + start, room - start, place="justified" if house.is_justified else "left")
        self.y -= house.gap

    def _must_hold(self, number: int, count: int) -> bool:
        """Whether the line may not stand alone at the foot, nor leave the last one alone at the head."""
        return count > 1 and (number == 0 or number == count - 2)

    def set_table(self, block: Block, following: Block | None) -> None:
        house = self.house
        widths = self._column_widths(block.rows)
        self.y -= 3
        size = house.size * 0.92
        for number, row in enumerate(block.rows):
            cells = [
                broken(cell, house.family, size, width - 8, style="" if number else "b")
                for cell, width in zip(row, widths, strict=True)
            ]
            leading = house.leading * 0.92
            height = max(len(lines) for lines in cells) * leading + 7
            self.needs(height + (leading * 2 if not number else 0))
            top, x = self.y, self.left
            for lines, width in zip(cells, widths, strict=True):
                self.y = top - 1
                for line in lines:
                    self.put(line, x + 4, width - 8, size=size)
                self.draw(f"0.6 w {x:.2f} {top - height:.2f} {width:.2f} {height:.2f} re S")
                x += width
            self.y = top - height
        self.y -= house.gap * 1.6

    def _column_widths(self, rows: tuple[tuple[str, ...], ...]) -> list[float]:
        """Columns as wide as their longest cell asks, within reason, filling the line."""
        asked = [min(max(len(cell) for cell in column), 52) + 4 for column in zip(*rows, strict=True)]
        return [self.width * share / sum(asked) for share in asked]

    def set_contents(self, block: Block, following: Block | None) -> None:
        house = self.house
        for entry, page in self.known.items():
            label, _, words = entry.rpartition("  ")
            if label:
                self._put_label(label, self.left, "")
            room = self.width - house.hang
            number = str(page)
            dots = (
                room
                - width_of(words, house.family, "", house.size)
                - width_of(number, house.family, "", house.size)
            )
            count = max(int(dots / width_of(".", house.family, "", house.size)) - 2, 2)
            line = broken(f"{words} {'.' * count} {number}", house.family, house.size, 2 * room)[0]
            self.put(line, self.left + house.hang, room)
            self.y -= 2
        self.y -= house.gap

    def set_sign(self, block: Block, following: Block | None) -> None:
        set_one = self._sign_deed if self.house.signs == "deed" else self._sign_by
        for party, name, office in block.rows:
            self.needs(7.5 * self.house.leading)
            set_one(party, name, office)

    def _sign_deed(self, party: str, name: str, office: str) -> None:
        house, half = self.house, self.width * 0.48
        top = self.y
        text = f"Signed by **{name.upper()}** for and on behalf of **{party.upper()}**"
        for line in broken(text, house.family, house.size, half):
            self.put(line, self.left, half)
        bottom, self.y = self.y, top - house.leading
        x = self.left + self.width * 0.55
        self.draw(autograph(name, x + 8, self.y - 4))
        dots = int(self.width * 0.42 / width_of(".", house.family, "", house.size))
        self.put(broken("." * dots, house.family, house.size, 900)[0], x, half)
        self.put(broken(office, house.family, house.size, half)[0], x, half)
        self.y = min(self.y, bottom) - house.leading * 1.6

    def _sign_by(self, party: str, name: str, office: str) -> None:
        house = self.house
        x = self.left + (self.width * 0.5 if self.columns == 1 else 0)
        room = self.left + self.width - x
        for line in broken(f"**{party.upper()}**", house.family, house.size, room):
            self.put(line, x, room)
        self.y -= house.leading * 1.1
        self.draw(autograph(name, x + 32, self.y - house.leading + 2))
        for text in (f"By: {'_' * 32}", f"Name: {name}", f"Title: {office}"):
            self.put(broken(text, house.family, house.size, 900)[0], x, room)
        self.y -= house.leading * 1.5

    # what stands around the text

    def finished(self) -> list[Sheet]:
        for number, sheet in enumerate(self.sheets, 1):
            self._furnish(sheet, number)
        return self.sheets

    def _furnish(self, sheet: Sheet, number: int) -> None:
        if not (number == 1 and self.house.has_cover):
            self._head_and_foot(sheet, number)
        if self.house.has_line_numbers:
            self._number_lines(sheet, number)
        if self.house.bates:
            prefix, first = self.house.bates
            line = broken(f"{prefix} {first + number - 1:06d}", "helvetica", 9, 300, style="b")[0]
            sheet.operators.append(drawn(line, sheet.width - 40 - line.width, 26, "helvetica", 9))

    def _head_and_foot(self, sheet: Sheet, number: int) -> None:
        house, size = self.house, self.house.size * 0.78
        left, right, top, bottom = house.margins
        inner = sheet.width - left - right
        for texts, y in ((house.headers, sheet.height - top * 0.58), (house.footers, bottom * 0.5)):
            for place, text in zip(("left", "centre", "right"), texts, strict=True):
                words = text.format(page=number, pages=len(self.sheets))
                if words:
                    line = broken(words, house.family, size, 900)[0]
                    x = left + {"left": 0.0, "centre": 0.5, "right": 1.0}[place] * (inner - line.width)
                    sheet.operators.append(drawn(line, x, y, house.family, size))
        if house.has_rules:
            for y in (sheet.height - top * 0.66, bottom * 0.72):
                sheet.operators.append(f"0.4 w {left:g} {y:.2f} m {left + inner:.2f} {y:.2f} l S")

    def _number_lines(self, sheet: Sheet, number: int) -> None:
        left = self.house.margins[0]
        for count, y in enumerate(sorted(set(self.numbered[number - 1]), reverse=True), 1):
            line = broken(str(count), "helvetica", 7, 90)[0]
            sheet.operators.append(drawn(line, left - 26 - line.width, y, "helvetica", 7))
        sheet.operators.append(f"0.5 w {left - 16:g} 40 m {left - 16:g} {sheet.height - 40:g} l S")

    def _label_width(self, label: str, style: str) -> float:
        return width_of(label + "  ", self.house.family, style, self.house.size)

    def _put_label(self, label: str, x: float, style: str) -> None:
        line = broken(label, self.house.family, self.house.size, 900, style=style)[0]
        self.draw(drawn(line, x, self.y - self.house.leading, self.house.family, self.house.size))

    def _rule(self, start: float, end: float, y: float) -> None:
        self.draw(f"0.6 w {start:.2f} {y:.2f} m {end:.2f} {y:.2f} l S")
