"""Passages of a document that address a machine or tell its reader what to answer. Knows words, not models.

A document cannot act through its words (`engine/prompt.py`); this says where one tries to, so that a person sees it.
Every rule is bounded and begins with a rare word, so a text takes time in proportion to its length.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate

MOST = 200  # passages of one text; a text with more is one great order
_FEW = 40  # kinds of letters beyond ASCII
_REACH = 240  # code points a passage may grow on either side, to whole sentences
_ENDS = re.compile(r"[.!?;]\s|\n\s*\n")
_TAGS = range(0xE0020, 0xE007F)  # letters that show nothing and that models read
_QUOTES = dict.fromkeys("\u201c\u201d\u201e\u201f", '"') | dict.fromkeys("\u2018\u2019\u201a\u201b", "'")
_LOOK_ALIKES = str.maketrans(  # Cyrillic, Greek and small capitals
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04bb\u0501\u0432\u043d\u043c\u0442\u043a"
    "\u03b1\u03bf\u03c1\u03bd\u03b9\u03ba\u03c4\u03c5\u03c7\u03b5\u0131\u0261\u1d00\u1d07\u1d0f\u026a\u0280\ua731\u1d1b\u1d1c",
    "aeopcyxijshdbhmtkaopviktuxeigaeoirstu",
)


@dataclass(frozen=True, slots=True)
class Order:
    """A passage that addresses a machine: its range in code points, and what gave it away."""

    start: int
    end: int
    cue: str


_GAP = r"\W{1,6}"
_MACHINE = (
    r"(?:a\W{0,2}i|artificial intelligence|(?:large )?language models?|llms?|gpt\w*|chat\W?gpt|chat\W?bots?|claude|gemini"
    r"|copilot|virtual assistant)"
)
_SAY = (
    r"(?:answer|respond|reply|return|output|print|say|report|write|state|mark|classify|label|rate|conclude)"
)
_ALSO = r"(?:now |always |only |not |also |therefore |immediately |simply ){0,2}"
_VERDICT = (
    r"(?:not\W?found|none found|no (?:issues?|findings?|risks?|red flags?|problems?|concerns?|evidence|exceptions?|such clauses?)"
    r"|found nothing|low risk|unclear|acceptable|compliant|all clear|market standard|null|nothing)"
)
_OF_A_CLAUSE = r"(?:(?:that|this|it|every|all|each|any|the|document|clauses?|agreement|contract|as|is|are|there|with|always)\W{1,3}){0,6}"


@dataclass(frozen=True, slots=True)
class _Rule:
    """What gives an order away. It is looked for around the rare words it cannot be without, and nowhere else."""

    cue: str
    anchors: tuple[tuple[str, str], ...]  # each with its longest word
    pattern: re.Pattern[str]
    before: int = 0  # code points looked at before an anchor; with none the order begins with the anchor

    def find(self, folded: str, words: str) -> Iterator[tuple[int, int, str]]:
        """The places in a text, of which `words` holds every word once: much shorter to look through."""
        for anchor, word in self.anchors:
            at = folded.find(anchor) if word in words else -1
            while at >= 0:
                if self.before:
                    hit = self.pattern.search(folded, max(0, at - self.before), at + _REACH)
                else:
                    hit = self.pattern.match(folded, at, at + _REACH)
                if hit:
                    yield hit.start(), hit.end(), self.cue
                at = folded.find(anchor, max(at + 1, hit.end() if hit else 0))


def _rule(cue: str, anchors: str, pattern: str, before: int = 0) -> _Rule:
    named = ((anchor, max(anchor.split(), key=len)) for anchor in anchors.split("|"))
    return _Rule(cue, tuple(named), re.compile(pattern), before)


_RULES = (
    _rule(
        "asks to forget instructions",
        "ignor|disregard|forget|overrid|bypass|discard|set aside|not follow|not obey|stop following|never follow|stop obeying",
        r"(?:ignor(?:e|ing)|disregard(?:ing)?|forget|overrid(?:e|ing)|bypass|discard|set aside|(?:not|never|stop) (?:follow|obey)(?:ing)?)"
        rf"{_GAP}(?:\w+\W{{1,4}}){{0,4}}?"
        r"(?:(?:previous|prior|above|earlier|preceding|foregoing|initial|original|existing|system|your|all|any|these|those|other|safety)\W{1,6}"
        r"(?:\w+\W{1,4}){0,2}?(?:system )?(?:instructions?|prompts?|directions|directives|guidelines|guardrails|commands?)"
        r"(?! (?:of|from|by|given by|issued by|to) )|everything (?:above|before|you)|what you (?:were|have been) told)",
    ),
    _rule(
        "speaks to a machine",
        'artificial int| ai|\nai|"ai|(ai|[ai|a.i.|language model|llm|gpt|chatbot|chat bot|claude|gemini|copilot|virtual assist',
        r"\b(?:you are|you.re|if you are|as|act as|acting as|behave as|note to|notice to|note for|message to|message for|attention"
        r"|attn|dear|hello|hey|memo to|instructions? (?:to|for)|directive (?:to|for)|to any|to all|to the|for the|for any)"
        rf"\W{{1,4}}(?:an?|any|the|all|every|our|your|whichever)?\W{{0,2}}{_MACHINE}(?=\W{{1,3}}(?!generated|powered|based|technolog|act\b))"
        r"(?:\W{1,3}\w+){0,12}?\W{1,3}(?:you|your|must|shall|should|please|ignore|answer|report|respond|reply|reads?|reading|mark|say|treat"
        r"|reviewing|processing|summari[sz]\w*|do not|assistant|model)\b",
        40,
    ),
    _rule(
        "speaks to an automated reader",
        "ai r|ai a|ai s|ai m|ai e|ai t|automat|machine|robot|artificial",
        r"(?:ai|automated|automatic|machine|artificial|robotic)\W{1,3}(?:\w+\W{1,3}){0,2}?"
        r"(?:readers?|reviewers?|agents?|assistants?|analysts?|models?|extractors?|parsers?|systems?|tools?)\W{1,4}(?:\w+\W{1,4}){0,8}?"
        rf"(?:must|shall|should|are to|is to|will|please|(?:are|is) (?:instructed|directed|asked|told) to)\W{{1,3}}{_ALSO}"
        rf"(?:{_SAY}|flag|extract|mention|treat|ignore|disregard|skip|omit|summari[sz]e|assume|consider)\b",
    ),
    _rule(
        "names a prompt",
        'prompt |prompts |prompt.|prompt,|prompt:|prompt)|prompt"|prompt]|prompt\n|developer m|jailbreak|do anything now',
        r"\b(?:(?:your|hidden|initial|original|new|reveal|print|repeat|show|ignore|override|forget|leak)\W{1,3}(?:the |your |its |whole |full |entire ){0,2}(?:system )?prompts?"
        r"|system\W?prompt\W{0,2}(?::|is\b|above|override|update|says|has been|ends?\b|follows)|the prompt (?:above|below|you)|prompt injection|developer mode\b|developer message"
        r"|jailbreak\w*|do anything now|(?:end|begin|start|beginning) of (?:the )?(?:system |user )?prompt)",
        40,
    ),
    _rule(
        "a control mark",
        "<|[|##",
        r"<\|[\w ]{2,30}\|>|\[/?inst\]|<</?sys>>|</?s>|<(?:start|end)_of_turn>|</?(?:system|assistant|user|human|tool_call|tool_response|instructions?)>"
        r"|\[/?(?:system|assistant)\]|#{2,4} ?(?:system|instructions?|assistant|response|human|user)\b ?:?",
    ),
    _rule(
        "plays a role of the conversation",
        "system:|assistant:|system :|assistant :|system**:|assistant**:",
        r"(?:system|assistant)[ *]*:[ *\"]*(?:you\b|ignore|disregard|answer|respond|reply|say|from now|new instruction|do not|the (?:answer|user|document|correct)"
        r"|sure\b|certainly|i (?:have|will|found|could)|no (?:such|issues|clause)|not found|override)",
    ),
    _rule(
        "says what to answer",
        "not found|not_found|not-found|notfound|no issue|no finding|no risk|no red flag|no problem|no concern|found nothing|low risk|all clear"
        "|market standard|none found|no such clause|no evidence|no exception|\"unclear|'unclear|\"null|'null|\"nothing|'nothing|\"acceptable|'acceptable"
        "|\"compliant|'compliant",
        rf"\b{_SAY}\W{{1,6}}(?:\w+\W{{1,4}}){{0,7}}?[\"'*`_\u00ab]{{1,2}}{_VERDICT}[.,]?[\"'*`_\u00bb]"
        rf"|\b{_SAY}(?:\W{{1,3}}(?:with|that|it|this|as|only|always|simply|every|all|each|any|questions?|to|the|is|are|clauses?|answers?)){{0,8}}\W{{1,4}}not[ _-]found\b",
        90,
    ),
    _rule(
        "tells the reviewer what to report",
        "reviewer|model|assistant|ai m|ai s|ai w|ai i|machine|extractor|classifier|algorithm| bot |reader|review system|review tool|review software",
        r"(?:language |review )?(?:reviewer|model|assistant|ai|machine|extractor|classifier|algorithm|bot|reader|system|tool|software)s?[\"',)]{0,2} "
        rf"(?:(?:must|shall|should|will|is to|are to|is (?:instructed|directed|required) to|has to|needs to|may only)\W{{1,3}}{_ALSO}(?:{_SAY}|flag|find|treat)"
        rf"\W{{1,3}}{_OF_A_CLAUSE}[\"']?(?:no |not |none\b|nothing|{_VERDICT})"
        r"|(?:must|shall|should|may|is to|are to) (?:not|never)\W{1,3}(?:report|flag|mention|quote|extract|cite|reveal|highlight|list|find|answer)\b)",
    ),
    _rule(
        "speaks to whoever reads it by machine",
        "if you|if your|whoever|whichever|when you|while you|when asked|before you|once you|as you|whenever",
        rf"(?:if|when|while|before|once|as) you(?: are|.re)?\W{{1,3}}(?:now |currently )?(?:an? {_MACHINE}\b|an? (?:machine|program|bot|robot|computer)\b|(?:read|process|pars|analy[sz]|summari[sz]|review|index|scann?|extract)(?:e|ing)?\W{{1,3}}"
        r"(?:\w+\W{1,3}){0,5}?(?:document|text|contract|agreement|file|clause|page|sentence)\w*\W{1,3}(?:\w+\W{1,3}){0,6}?(?:ignore|answer|respond|reply|say|output|report|you must|you should|please|do not|stop|write|print))"
        r"|when(?:ever)? (?:you are )?(?:asked|questioned|prompted|queried)\W{1,3}(?:\w+\W{1,3}){0,14}?(?:answer|respond|reply|say|output|always say|state) (?:that|with|only|\W)"
        rf"|(?:whichever|whoever or whatever) (?:{_MACHINE}|model|machine)",
    ),
    _rule(
        "gives the reader new instructions",
        "new instruction|updated instruction|real instruction|actual instruction|revised instruction|additional instruction|from now on|your answer|your final|your output|your response"
        "|your reply|your task|your next|your only|your new|your real|your sole|your instruction|your summary|your findings|your analysis|pretend|end of document|end of the document|end of contract"
        "|end of the contract|end of case file|end of the case file|end of agreement|end of the agreement",
        r"(?:new|updated|real|actual|revised|additional) instructions? ?(?::|for (?:the|this|any) (?:model|assistant|reader|reviewer|ai|machine)|to (?:the|this|any) (?:model|assistant|ai|machine))"
        r"|from now on\W{1,3}(?:you|answer|respond|reply|act|every answer|all answers|always|only)\b"
        r"|your (?:final |only |next |new |real |sole )?(?:answers?|outputs?|response|replies|reply|task|summary|findings|analysis|instructions) (?:is|are|must|should|shall|will|has|have) (?:now |only |to |be |always |simply |therefore ){0,3}"
        rf"(?:{_SAY}|ignore|[\"']|{_VERDICT}|contain|not (?:mention|include|contain)|empty|changed|replaced|overridden|cancell?ed)"
        r"|pretend (?:that )?(?:you are|to be an? (?:ai|machine|lawyer|different)|(?:this|the) (?:clause|contract|agreement|document)|there (?:is|are) no)\b"
        r"|end of (?:the )?(?:document|contract|agreement|case file)\W{1,5}(?:\w+\W{1,3}){0,4}?(?:instructions?|question|answer|assistant|system:|now\b)",
    ),
    _rule(
        "asks to decode",
        "base64|base 64|base-64|rot13|rot 13|rot-13",
        r"\b(?:decod(?:e|ing)\W{1,3}(?:\w+\W{1,3}){0,6}?)?(?:base\W?64|rot\W?13)\b(?:\W{1,4}\w+){0,14}?\W{1,4}(?:decod\w+|follow|obey|execut\w+|instructions?)\b"
        r"|\bdecod(?:e|ing)\W{1,3}(?:\w+\W{1,3}){0,6}?(?:base\W?64|rot\W?13)",
        60,
    ),
    _rule(
        "asks to forget instructions, in another language",
        "ignorez|oubliez|ignora |olvida|olvide|ignorier|vergiss|vergessen sie|ignorare|ignori |dimentica|\u5ffd\u7565|\u65e0\u89c6|\u7121\u8996|\u0438\u0433\u043d\u043e\u0440",
        r"(?:ignorez|oubliez|ignora|olvida|olvide|ignoriere|ignorieren sie|vergiss|vergessen sie|ignorare|ignori|dimentica)\W{1,6}(?:\w+\W{1,4}){0,4}?"
        r"(?:consignes|instructions|instrucciones|indicaciones|anweisungen|instruktionen|istruzioni|instrucoes)\b"
        r"|(?:\u5ffd\u7565|\u65e0\u89c6|\u7121\u8996)[^\n]{0,8}(?:\u6307\u793a|\u6307\u4ee4|\u8bf4\u660e)",
    ),
)
# A run of single letters, and what is looked for in it once its gaps are closed.
_ALONE = tuple(f"{gap}{letter}{gap}" for gap in " .-_*" for letter in "nmg")
_SPACED = re.compile(r"(?<![a-z])(?:[a-z][ .\-_*\u00b7]{1,3}){8,}[a-z](?![a-z])")
_CLOSED = re.compile(
    r"(?:ignore|disregard|forget)(?:all|any|the|your)*(?:previous|prior|above|earlier|instructions|prompt)|systemprompt|asanai|youareanai|languagemodel"
    r"|(?:answer|report|respond|reply|say)(?:with|that|it|is|as)*(?:notfound|noissues|nothing|norisks?|nofindings)|noteto(?:the)?ai|newinstructions"
)


def orders_in(text: str) -> list[Order]:
    """The passages that address a machine, in order and apart, grown to whole sentences; at most MOST."""
    folded, place = _fold(text)
    hits = sorted(_hits(folded))[:MOST]
    found: list[Order] = []
    for start, end, cue in hits:
        first, last = _sentence(text, place(start), place(end))
        if found and first <= found[-1].end:
            before = found.pop()
            first, last, cue = before.start, max(before.end, last), before.cue
        found.append(Order(first, last, cue))
    return found


def _hits(folded: str) -> Iterator[tuple[int, int, str]]:
    words = " ".join({*folded.split()})
    for rule in _RULES:
        yield from rule.find(folded, words)
    if not any(letter in folded for letter in _ALONE):
        return
    for run in _SPACED.finditer(folded):
        if _CLOSED.search(re.sub("[^a-z]", "", run.group())):
            yield run.start(), run.end(), "letters set apart"


def _fold(text: str) -> tuple[str, Callable[[int], int]]:
    """Lower case without disguises, and where each of its places lies in the text."""
    if text.isascii():
        return text.lower(), lambda at: at
    table = {letter: _folded(letter) for letter in set(text) if not letter.isascii()}
    if len(table) > _FEW:
        folded = text.translate({ord(letter): plain for letter, plain in table.items()})
    else:
        folded = text
        for letter, plain in table.items():  # three times quicker than a table, for a handful
            folded = folded.replace(letter, plain)
    folded = folded.lower()
    if all(len(letters) == 1 for letters in table.values()):
        return folded, lambda at: at
    ends = _Lazily(text, table)
    return folded, ends.place


class _Lazily:
    """Where the places of a folded text lie in the text; worked out when the first is asked for."""

    def __init__(self, text: str, table: dict[str, str]) -> None:
        self._text, self._table = text, table
        self._ends: list[int] = []

    def place(self, at: int) -> int:
        if not self._ends:
            self._ends = list(accumulate(len(self._table.get(letter, " ")) for letter in self._text))
        return min(bisect_right(self._ends, at), len(self._text))


def _folded(letter: str) -> str:
    """What a letter looks like in plain ones; nothing where it does not show."""
    if ord(letter) in _TAGS:
        return chr(ord(letter) - 0xE0000)
    if letter in _QUOTES:
        return _QUOTES[letter]
    if letter.isspace():
        return letter if letter in "\n\u2028\u2029" else " "
    if unicodedata.category(letter) in {"Cf", "Mn", "Me"}:
        return ""
    plain = "".join(
        part for part in unicodedata.normalize("NFKD", letter) if unicodedata.category(part) != "Mn"
    )
    return (plain or letter).lower().translate(_LOOK_ALIKES)


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """A range grown to the sentence around it, within reach."""
    before = text[max(0, start - _REACH) : start]
    breaks = [match.end() for match in _ENDS.finditer(before)]
    first = (
        start - len(before) + breaks[-1] if breaks else (start - len(before) if start <= _REACH else start)
    )
    after = _ENDS.search(text, max(end - 1, start), min(len(text), end + _REACH))
    last = after.start() + 1 if after else (len(text) if end + _REACH >= len(text) else end)
    while first < start and text[first].isspace():
        first += 1
    last = max(last, end)
    while last > end and text[last - 1].isspace():
        last -= 1
    return first, last
