"""Whether words of an HTML page show, by what its elements say of themselves; knows no style sheets."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from review.intake.parsing.types import UnseenKind

_SMALLEST = {"px": 4.0, "pt": 3.0, "em": 0.25, "rem": 0.25, "%": 25.0, "": 0.5}  # below it nobody reads
_PALE = 0xD1  # of 255
_SIZE = re.compile(r"(\d+\.?\d*|\.\d+)\s*([a-z%]*)")
_OPACITY = re.compile(r"(?:0+\.?0*|\.0+)%?")  # none
_HEX = re.compile(r"#([0-9a-f]{6}|[0-9a-f]{3})\b")
_RGB = re.compile(r"rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)")
_WHITE = re.compile(r"\b(?:white|snow|ivory|whitesmoke|ghostwhite|floralwhite|azure|mintcream)\b")
_COLOUR = re.compile(r"#|rgb|hsl|url|gradient|[a-z]{3,}")
_NO_COLOUR = re.compile(r"\b(?:transparent|none|inherit|initial|unset)\b")


@dataclass(frozen=True, slots=True)
class Look:
    """How words in an element show; what lies in it begins with the same."""

    is_gone: bool = False  # no element inside can undo it
    is_invisible: bool = False
    is_tiny: bool = False
    is_pale: bool = False
    on_colour: bool = False

    @property
    def unseen(self) -> UnseenKind | None:
        """Why a person does not see such words."""
        if self.is_gone or self.is_invisible:
            return "hidden"
        if self.is_tiny:
            return "tiny"
        return "white" if self.is_pale and not self.on_colour else None

    def inside(self, attributes: Mapping[str, str | None]) -> "Look":
        """How words show in an element within this one."""
        style = _declarations(attributes.get("style") or "")
        gone = style.get("display") == "none" or style.get("mso-hide") == "all" or "hidden" in attributes
        gone = gone or _OPACITY.fullmatch(style.get("opacity", "")) is not None
        look = replace(self, is_gone=self.is_gone or gone)
        if "visibility" in style:
            look = replace(look, is_invisible=style["visibility"] in {"hidden", "collapse"})
        if "font-size" in style:
            look = replace(look, is_tiny=_is_tiny(style["font-size"]))
        colour = style.get("color") or (attributes.get("color") or "").lower()
        if colour:
            look = replace(look, is_pale=_is_pale(colour))
        ground = style.get("background-color") or style.get("background") or attributes.get("bgcolor") or ""
        if _COLOUR.search(ground.lower()) and not _NO_COLOUR.search(ground.lower()):
            look = replace(look, on_colour=not _is_pale(ground.lower()))
        return look


def _declarations(style: str) -> dict[str, str]:
    """The declarations of a style attribute; the last of a name holds, unless one before it is important."""
    found: dict[str, str] = {}
    important: set[str] = set()
    for each in re.sub(r"/\*.*?\*/", "", style.lower(), flags=re.DOTALL).split(";"):
        name, _, value = each.partition(":")
        name, is_important = name.strip(), "!" in value
        if is_important or name not in important:
            found[name] = value.partition("!")[0].strip()
            important.update({name} if is_important else ())
    return found


def _is_tiny(size: str) -> bool:
    found = _SIZE.match(size)
    return found is not None and float(found[1]) < _SMALLEST.get(found[2], 0.01)


def _is_pale(colour: str) -> bool:
    if found := _HEX.search(colour):
        digits = found[1] if len(found[1]) == 6 else "".join(digit * 2 for digit in found[1])
        return min(bytes.fromhex(digits)) >= _PALE
    if found := _RGB.search(colour):
        return min(map(int, found.groups())) >= _PALE
    return _WHITE.search(colour) is not None
