"""Which language a text is in; loaded once, before children are forked."""

from lingua import Language, LanguageDetectorBuilder

_LANGUAGES = (
    Language.ARABIC, Language.CHINESE, Language.DUTCH, Language.ENGLISH, Language.FRENCH, Language.GERMAN,
    Language.HEBREW, Language.ITALIAN, Language.JAPANESE, Language.KOREAN, Language.POLISH, Language.PORTUGUESE,
    Language.RUSSIAN, Language.SPANISH, Language.SWEDISH, Language.THAI, Language.TURKISH,
)  # fmt: skip
_FEWEST_LETTERS = 40
_SAMPLE = 500  # characters from each of three places

# Its own preloading starts threads, which a process that forks must not have; a first use loads the same.
_detector = LanguageDetectorBuilder.from_languages(*_LANGUAGES).with_low_accuracy_mode().build()
_detector.detect_language_of("the parties to this agreement have signed it")
_detector.detect_language_of("стороны подписали договор")
_detector.detect_language_of("الأطراف وقعوا هذا العقد")


def language_of(content: str) -> tuple[str | None, float | None]:
    """ISO 639-1 code and confidence from 0 to 1; None for a text of fewer than forty letters."""
    sample = _sample(content)
    if sum(character.isalpha() for character in sample) < _FEWEST_LETTERS:
        return None, None
    best = _detector.compute_language_confidence_values(sample)[0]
    if not best.value:
        return None, None
    return best.language.iso_code_639_1.name.lower(), round(best.value, 4)


def _sample(content: str) -> str:
    if len(content) <= 3 * _SAMPLE:
        return content
    middle, last = len(content) // 2, len(content) - _SAMPLE
    return " ".join(content[at : at + _SAMPLE] for at in (0, middle, last))
