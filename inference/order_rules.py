"""What gives an order away: rules over folded text. Each is looked for only around words it cannot be without."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

REACH = 240  # code points a rule looks ahead

_GAP = r"\W{1,6}"
_ON = r"[^\w.!?;]"  # a gap within a sentence
_MACHINE = (
    r"(?:a\W{0,2}i|artificial intelligence|(?:large )?language models?|llms?|gpt\w*|chat\W?gpt"
    r"|chat\W?bots?|claude|gemini"
    r"|copilot|virtual assistant)"
)
_SAY = (
    r"(?:answer|respond|reply|return|output|print|say|report|write|state|mark|classify|label|rate|conclude)"
)
_ALSO = r"(?:now |always |only |not |also |therefore |immediately |simply ){0,2}"
_VERDICT = (
    r"(?:not\W?found|none found|no (?:issues?|findings?|risks?|red flags?|problems?|concerns?"
    r"|evidence|exceptions?|such clauses?)"
    r"|found nothing|low risk|unclear|acceptable|compliant|all clear|market standard|null|nothing)"
)
_OF_A_CLAUSE = (
    r"(?:(?:that|this|it|every|all|each|any|the|document|clauses?|agreement|contract|as|is|are|there|with|always)"
    r"\W{1,3}){0,6}"
)


@dataclass(frozen=True, slots=True)
class Rule:
    """What gives an order away, looked for around the rare words it cannot be without, and nowhere else."""

    cue: str
    anchors: tuple[str, ...]
    pattern: re.Pattern[str]
    before: int = (
        0  # code points of its paragraph looked at before an anchor; with none the order begins there
    )

    def find(self, folded: str, anchor: str) -> Iterator[tuple[int, int, str]]:
        """The places in a text around one of its anchors."""
        at = folded.find(anchor)
        while at >= 0:
            if self.before:
                near = max(0, at - self.before)
                hit = self.pattern.search(folded, max(near, folded.rfind("\n\n", near, at)), at + REACH)
            else:
                hit = self.pattern.match(folded, at, at + REACH)
            if hit:
                yield hit.start(), hit.end(), self.cue
            at = folded.find(anchor, max(at + 1, hit.end() if hit else 0))


def _rule(cue: str, anchors: str, pattern: str, before: int = 0) -> Rule:
    return Rule(cue, tuple(anchors.split("|")), re.compile(pattern), before)


RULES = (
    _rule(
        "asks to forget instructions",
        "ignor|disregard|forget|overrid|bypass|discard|set aside|not follow|not obey"
        "|stop following|never follow|stop obeying",
        r"(?:ignor(?:e|ing)|disregard(?:ing)?|forget|overrid(?:e|ing)|bypass|discard|set aside"
        r"|(?:not|never|stop) (?:follow|obey)(?:ing)?)"
        rf"{_GAP}(?:\w+\W{{1,4}}){{0,4}}?"
        r"(?:(?:previous|prior|above|earlier|preceding|foregoing|initial|original|existing|system"
        r"|your|all|any|these|those|other|safety)\W{1,6}"
        r"(?:\w+\W{1,4}){0,2}?(?:system )?(?:instructions?|prompts?|directions|directives"
        r"|guidelines|guardrails|commands?)\b"
        r"(?! (?:of|from|by|given by|given to|issued by|received from|to) )|everything (?:above|before|you)"
        r"|what you (?:were|have been) told)",
    ),
    _rule(
        "speaks to a machine",
        'artificial int| ai|\nai|"ai|(ai|[ai|a.i.|language model|llm|gpt|chatbot|chat bot|claude'
        "|gemini|copilot|virtual assist",
        r"\b(?:you are|you.re|if you are|as|act as|acting as|behave as|note to|notice to|note for"
        r"|message to|message for|attention"
        r"|attn|dear|hello|hey|memo to|instructions? (?:to|for)|directive (?:to|for)|to any"
        r"|to all|to the|for the|for any)"
        rf"\W{{1,4}}(?:an?|any|the|all|every|our|your"
        rf"|whichever)?\W{{0,2}}{_MACHINE}(?=\W{{1,3}}(?!generated|powered|based|technolog|act\b))"
        r"(?:\W{1,3}\w+){0,12}?\W{1,3}(?:you|your|must|shall|should|please|ignore|answer|report"
        r"|respond|reply|reads?|reading|mark|say|treat"
        r"|reviewing|processing|summari[sz]\w*|do not|assistant|model)\b",
        40,
    ),
    _rule(
        "speaks to an automated reader",
        "ai r|ai a|ai s|ai m|ai e|ai t|automat|machine|robot|artificial",
        r"(?:ai|automated|automatic|machine|artificial|robotic)\W{1,3}(?:\w+\W{1,3}){0,2}?"
        r"(?:readers?|reviewers?|agents?|assistants?|analysts?|models?|extractors?|parsers?"
        r"|systems?|tools?)\W{1,4}(?:\w+\W{1,4}){0,8}?"
        rf"(?:must|shall|should|are to|is to|will|please|(?:are|is) (?:instructed|directed|asked"
        rf"|told) to)\W{{1,3}}{_ALSO}"
        rf"(?:{_SAY}|flag|extract|mention|treat|ignore|disregard|skip|omit|summari[sz]e|assume|consider)\b",
    ),
    _rule(
        "names a prompt",
        'prompt |prompts |prompt.|prompt,|prompt:|prompt)|prompt"|prompt]|prompt\n|developer m'
        "|jailbreak|do anything now",
        r"\b(?:(?:your|hidden|initial|original|new|reveal|print|repeat|show|ignore|override"
        r"|forget|leak)\W{1,3}(?:the |your |its |whole |full |entire ){0,2}(?:system )?prompts?"
        r"|system\W?prompt\W{0,2}(?::|is\b|above|override|update|says|has been|ends?\b|follows)"
        r"|the prompt (?:above|below|you)|prompt injection|developer mode\b|developer message"
        r"|jailbreak\w*|do anything now|(?:end|begin|start|beginning) of (?:the )?(?:system |user )?prompt)",
        40,
    ),
    _rule(
        "a control mark",
        "<|[|##",
        r"<\|[\w ]{2,30}\|>|\[/?inst\]|<</?sys>>|</?s>|<(?:start|end)_of_turn>|</?(?:system"
        r"|assistant|user|human|tool_call|tool_response|instructions?)>"
        r"|\[/?(?:system|assistant)\]|#{2,4} ?(?:system|instructions?|assistant|response|human|user)\b ?:?",
    ),
    _rule(
        "plays a role of the conversation",
        "system:|assistant:|system :|assistant :|system**:|assistant**:",
        r"(?:system|assistant)[ *]*:[ *\"]*(?:you\b|ignore|disregard|answer|respond|reply|say"
        r"|from now|new instruction|do not|the (?:answer|user|document|correct)"
        r"|sure\b|certainly|i (?:have|will|found|could)|no (?:such|issues|clause)|not found|override)",
    ),
    _rule(
        "says what to answer",
        "not found|not_found|not-found|notfound|no issue|no finding|no risk|no red flag"
        "|no problem|no concern|found nothing|low risk|all clear"
        "|market standard|none found|no such clause|no evidence|no exception|\"unclear|'unclear"
        "|\"null|'null|\"nothing|'nothing|\"acceptable|'acceptable"
        "|\"compliant|'compliant",
        rf"\b{_SAY}{_ON}{{1,6}}(?:\w+{_ON}{{1,4}}){{0,7}}?[\"'*`_\u00ab]{{1,2}}{_VERDICT}[.,]?[\"'*`_\u00bb]"
        rf"|\b{_SAY}(?:\W{{1,3}}(?:with|that|it|this|as|only|always|simply|every|all|each|any"
        rf"|questions?|to|the|is|are|clauses?|answers?)){{0,8}}\W{{1,4}}not[ _-]found\b",
        90,
    ),
    _rule(
        "tells the reviewer what to report",
        "reviewer|model|assistant|ai m|ai s|ai w|ai i|machine|extractor|classifier|algorithm"
        "| bot |reader|review system|review tool|review software",
        r"(?:language |review )?(?:reviewer|model|assistant|ai|machine|extractor|classifier"
        r"|algorithm|bot|reader|system|tool|software)s?[\"',)]{0,2} "
        rf"(?:(?:must|shall|should|will|is to|are to|is (?:instructed|directed|required) to"
        rf"|has to|needs to|may only)\W{{1,3}}{_ALSO}(?:{_SAY}|flag|find|treat)"
        rf"\W{{1,3}}{_OF_A_CLAUSE}[\"']?(?:no |not |none\b|nothing|{_VERDICT})"
        r"|(?:must|shall|should|may|is to|are to) (?:not|never)\W{1,3}(?:report|flag|mention"
        r"|quote|extract|cite|reveal|highlight|list|find|answer)\b)",
    ),
    _rule(
        "speaks to whoever reads it by machine",
        "if you|if your|whoever|whichever|when you|while you|when asked|before you|once you|as you|whenever",
        rf"(?:if|when|while|before|once|as) you(?: are|.re)?\W{{1,3}}(?:now "
        rf"|currently )?(?:an? {_MACHINE}\b|an? (?:machine|program|bot|robot|computer)\b|(?:read"
        rf"|process|pars|analy[sz]|summari[sz]|review|index|scann?|extract)(?:e|ing)?\W{{1,3}}"
        r"(?:\w+\W{1,3}){0,5}?(?:document|text|contract|agreement|file|clause|page"
        r"|sentence)\w*\W{1,3}(?:\w+\W{1,3}){0,6}?(?:ignore|answer|respond|reply|say|output"
        r"|report|you must|you should|please|do not|stop|write|print))"
        r"|when(?:ever)? (?:you are )?(?:asked|questioned|prompted"
        r"|queried)\W{1,3}(?:\w+\W{1,3}){0,14}?(?:answer|respond|reply|say|output|always say"
        r"|state) (?:that|with|only|\W)"
        rf"|(?:whichever|whoever or whatever) (?:{_MACHINE}|model|machine)",
    ),
    _rule(
        "gives the reader new instructions",
        "new instruction|updated instruction|real instruction|actual instruction"
        "|revised instruction|additional instruction|from now on|your answer|your final"
        "|your output|your response"
        "|your reply|your task|your next|your only|your new|your real|your sole|your instruction"
        "|your summary|your findings|your analysis|pretend|end of document|end of the document"
        "|end of contract"
        "|end of the contract|end of case file|end of the case file|end of agreement|end of the agreement",
        r"(?:new|updated|real|actual|revised|additional) instructions? ?(?::|for (?:the|this"
        r"|any) (?:model|assistant|reader|reviewer|ai|machine)|to (?:the|this|any) (?:model"
        r"|assistant|ai|machine))"
        r"|from now on\W{1,3}(?:you|answer|respond|reply|act|every answer|all answers|always|only)\b"
        r"|your (?:final |only |next |new |real |sole )?(?:answers?|outputs?|response|replies"
        r"|reply|task|summary|findings|analysis|instructions) (?:is|are|must|should|shall|will"
        r"|has|have) (?:now |only |to |be |always |simply |therefore ){0,3}"
        rf"(?:{_SAY}|ignore|[\"']|{_VERDICT}|contain|not (?:mention|include|contain)|empty"
        rf"|changed|replaced|overridden|cancell?ed)"
        r"|pretend (?:that )?(?:you are|to be an? (?:ai|machine|lawyer|different)|(?:this"
        r"|the) (?:clause|contract|agreement|document)|there (?:is|are) no)\b"
        r"|end of (?:the )?(?:document|contract|agreement"
        r"|case file)\W{1,5}(?:\w+\W{1,3}){0,4}?(?:instructions?|question|answer|assistant"
        r"|system:|now\b)",
    ),
    _rule(
        "asks to decode",
        "base64|base 64|base-64|rot13|rot 13|rot-13",
        r"\b(?:decod(?:e|ing)\W{1,3}(?:\w+\W{1,3}){0,6}?)?(?:base\W?64"
        r"|rot\W?13)\b(?:\W{1,4}\w+){0,14}?\W{1,4}(?:decod\w+|follow|obey|execut\w+"
        r"|instructions?)\b"
        r"|\bdecod(?:e|ing)\W{1,3}(?:\w+\W{1,3}){0,6}?(?:base\W?64|rot\W?13)",
        60,
    ),
    _rule(
        "asks to forget instructions, in another language",
        "ignorez|oubliez|ignora |olvida|olvide|ignorier|vergiss|vergessen sie|ignorare|ignori "
        "|dimentica|\u5ffd\u7565|\u65e0\u89c6|\u7121\u8996|\u0438\u0433\u043d\u043e\u0440",
        r"(?:ignorez|oubliez|ignora|olvida|olvide|ignoriere|ignorieren sie|vergiss|vergessen sie"
        r"|ignorare|ignori|dimentica)\W{1,6}(?:\w+\W{1,4}){0,4}?"
        r"(?:consignes|instructions|instrucciones|indicaciones|anweisungen|instruktionen"
        r"|istruzioni|instrucoes)\b"
        r"|(?:\u5ffd\u7565|\u65e0\u89c6|\u7121\u8996)[^\n]{0,8}(?:\u6307\u793a|\u6307\u4ee4|\u8bf4\u660e)",
    ),
)
