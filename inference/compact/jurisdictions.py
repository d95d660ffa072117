"""Names of legal systems as contracts write them, and how "the laws of" one is recognized."""

import re

_STATES = (
    "Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho"
    "|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi"
    "|Missouri|Montana|Nebraska|Nevada|New Hampshire|New Jersey|New Mexico|New York|North Carolina|North Dakota"
    "|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island|South Carolina|South Dakota|Tennessee|Texas|Utah|Vermont"
    "|Virginia|Washington|West Virginia|Wisconsin|Wyoming|Puerto Rico"
)
_ELSEWHERE = (
    "England and Wales|England|Scotland|Northern Ireland|Ireland|Canada|Ontario|British Columbia|Alberta|Quebec"
    "|Australia|New South Wales|New Zealand|Hong Kong|Singapore|India|Japan|Korea|Taiwan|Thailand|Malaysia"
    "|Philippines|Indonesia|Vietnam|Germany|France|Switzerland|Austria|Belgium|Netherlands|Luxembourg|Spain"
    "|Portugal|Italy|Sweden|Norway|Denmark|Finland|Poland|Israel|South Africa|Brazil|Mexico|Argentina|Chile"
    "|Bermuda|Cayman Islands|British Virgin Islands|Jersey|Guernsey|Cyprus|Malta|Greece|Turkey|United Arab Emirates"
)
_SPOKEN = {
    "English": "England and Wales",
    "Swiss": "Switzerland",
    "German": "Germany",
    "French": "France",
    "Dutch": "Netherlands",
    "Scots": "Scotland",
    "Irish": "Ireland",
    "Israeli": "Israel",
    "Swedish": "Sweden",
    "Japanese": "Japan",
}
_ALIASES = {
    "China": r"(?:People\s*['’]?\s*s\s+Republic\s+of\s+China|PRC|P\.R\.C\.?|P\.?R\.?\s+China|(?<!of )China)",
    "District of Columbia": r"District\s+of\s+Columbia",
}
_BEFORE = (
    r"(?:laws?|statutes)\s+(?:and\s+\w+\s+)?(?:of|in|prevailing\s+in)\s+(?:the\s+)?"
    r"(?:(?:internal|local|substantive)\s+laws?\s+of\s+(?:the\s+)?)?"
    r"(?:(?:State|Commonwealth|Province|Republic|Kingdom|Federal\s+Republic|Special\s+Administrative\s+Region"
    r"|Territory|country|jurisdiction)\s+of\s+(?:the\s+)?)?"
)


def _after(name: str) -> str:
    return r"\s+".join(name.split()) + r"\b(?!\s+(?:Virginia|Carolina|Dakota))"


def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    names = [*_STATES.split("|"), *_ELSEWHERE.split("|")]
    found = [(name, _BEFORE + _after(name)) for name in names if name not in {"England", "England and Wales"}]
    found.append(("England and Wales", _BEFORE + r"England\b"))
    found += [(name, rf"\b{adjective}\s+law\b") for adjective, name in _SPOKEN.items()]
    found += [(name, _BEFORE + alias) for name, alias in _ALIASES.items()]
    states = [(name, rf"\b{_after(name)}\s+law\b") for name in _STATES.split("|")]
    return [(name, re.compile(pattern, re.IGNORECASE)) for name, pattern in found + states]


JURISDICTIONS = tuple(_patterns())
