"""What a model's own chat template puts before a case file and after a question. Knows text, not token ids."""

import re
from dataclasses import dataclass
from typing import Any

from jinja2 import TemplateError

from .plain_tokens import ModelTokenizer, UnfitTokenizer

SYSTEM = "You read legal documents for a lawyer. You answer from the documents alone and quote them exactly."

_CASE, _QUESTION = "EngrossCaseFileStandsHere", "EngrossQuestionStandsHere"
_DATE = {
    "%Y": "2025",
    "%y": "25",
    "%m": "01",
    "%d": "01",
    "%B": "January",
    "%b": "Jan",
    "%A": "Wednesday",
    "%a": "Wed",
}
_SAME_DAY = (  # put before a template: one that tells the date would make every day's prompt another one
    "{%- macro strftime_now(format) -%}{{ format"
    + "".join(f" | replace('{sign}', '{words}')" for sign, words in _DATE.items())
    + " }}{%- endmacro -%}"
)
_CONTROL = re.compile(r"<[^<>\s]{1,60}>|\[[^\[\]\s]{1,60}\]")


@dataclass(frozen=True)
class Chat:
    """`opening` stands before the case file, `middle` between the question and the answer."""

    opening: str
    middle: str

    @property
    def controls(self) -> tuple[str, ...]:
        """The words in brackets by which the template tells who speaks."""
        return tuple(dict.fromkeys(_CONTROL.findall(self.opening + self.middle)))


def chat_of(tokenizer: ModelTokenizer) -> Chat:
    """The parts of the tokenizer's chat template, both empty where it has none; raises UnfitTokenizer."""
    if not tokenizer.chat_template:
        return Chat("", "")
    asked = {"role": "user", "content": _CASE + _QUESTION}
    instructed = {"role": "user", "content": f"{SYSTEM}\n\n{_CASE}{_QUESTION}"}
    for messages in ([{"role": "system", "content": SYSTEM}, asked], [instructed]):
        rendered = _rendered(tokenizer, messages)
        if rendered.count(_CASE + _QUESTION) == 1 and SYSTEM in rendered:
            opening, middle = rendered.split(_CASE + _QUESTION)
            return Chat(opening, middle)
    raise UnfitTokenizer("The model's chat template does not give a message back as it was written.")


def _rendered(tokenizer: ModelTokenizer, messages: list[dict[str, str]]) -> str:
    """The template with an answer begun; empty where it refuses these messages, as some do a system's."""
    options: dict[str, Any] = {
        "chat_template": _SAME_DAY + tokenizer.get_chat_template(),
        "date_string": "01 Jan 2025",
        "enable_thinking": False,  # thinking is not quoting: it is never shown, and costs hundreds of tokens
    }
    try:
        return str(
            tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True, **options)
        )
    except TemplateError:
        return ""
