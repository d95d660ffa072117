"""A text as a server's model is shown it: as long, letter for letter, and without marks or words of control.

A server turns our text into tokens and takes a word like "<|im_end|>" in it for its own. Which words those are we
cannot know of every model, so whatever looks like one gets other brackets. Knows text, not messages.
"""

import re
from collections.abc import Sequence

from inference.engine.plain_tokens import BrokenText, shown

_NAMES = (
    r"/?(?:INST|SYS|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|TOOL_CONTENT|ARGS|CALL_ID|THINK|IMG|IMG_BREAK"
    r"|IMG_END|AUDIO|BEGIN_AUDIO|PREFIX|MIDDLE|SUFFIX|MODEL_SETTINGS|[gs]?MASK|CLS|SEP|PAD|UNK|BOS|EOS"
    r"|control_\d+|UNUSED_TOKEN_\d+)"
)
_CONTROL = re.compile(rf"<[^<>\s]{{1,80}}>|\[{_NAMES}\]|\]~!?b[\[\]]|\[e~\[", re.IGNORECASE)
_OTHERS = str.maketrans("<>[]", "‹›❲❳")  # one code point for one, so that offsets stay


class Shown:
    """Shows texts of others; `controls` are further words of the model's template, as its administrator knows them."""

    def __init__(self, controls: Sequence[str] = ()) -> None:
        longest_first = sorted(controls, key=lambda word: (-len(word), word))
        self._further = re.compile("|".join(map(re.escape, longest_first))) if controls else None

    def __call__(self, text: str) -> str:
        """The text as it is shown; raises BrokenText where it holds half of a character."""
        try:
            text.encode()
        except UnicodeEncodeError:
            raise BrokenText from None
        plain = _CONTROL.sub(lambda found: found[0].translate(_OTHERS), shown(text))
        return self._further.sub(lambda found: _broken(found[0]), plain) if self._further else plain


def _broken(word: str) -> str:
    """A word of control that is none any more: other brackets, or a dot in its middle where it has none."""
    other = word.translate(_OTHERS)
    middle = len(word) // 2
    return other if other != word else f"{word[:middle]}·{word[middle + 1 :]}"
