"""How many tokens a case file will take, and a model reads, told from its folder. Loads no model, knows no tensors."""

from functools import lru_cache
from pathlib import Path

from tokenizers import Tokenizer

from inference.types import CaseFile

from .model_config import text_config
from .passages import cut
from .plain_tokens import CLOSE, OPEN, shown
from .profile import EngineProfile

AROUND = 64  # tokens of the template around a case file, at most


def tokens_of(folder: Path, case_file: CaseFile) -> int | None:
    """About how many tokens a case file takes, its marks among them; None where the folder has no tokenizer.json."""
    tokenizer = _tokenizer(folder)
    if tokenizer is None:
        return None
    contents = [document.content for document in case_file.documents]
    passages = cut(case_file)
    words = [shown(contents[passage.document][passage.start : passage.end]) for passage in passages]
    words += [f"{OPEN}{passage.number}{CLOSE}" for passage in passages]
    words += [f"\n{OPEN}document {place}{CLOSE}\n" for place in range(1, len(contents) + 1)]
    encoded = tokenizer.encode_batch(words, add_special_tokens=False)
    return AROUND + sum(len(each.ids) for each in encoded)


def window_of(profile: EngineProfile) -> int | None:
    """How many tokens a profile's model reads at once, as it will be when it is loaded; None where nothing says so."""
    if profile.window is not None:
        return profile.window
    most = text_config(profile.model).get("max_position_embeddings")
    return int(most * profile.rope_factor) if isinstance(most, int) else None


def _tokenizer(folder: Path) -> Tokenizer | None:
    file = folder / "tokenizer.json"
    try:
        return _read(file, file.stat().st_mtime_ns)
    except OSError:
        return None


@lru_cache(maxsize=2)
def _read(file: Path, changed: int) -> Tokenizer | None:
    try:
        return Tokenizer.from_file(str(file))
    except Exception:  # the library raises nothing narrower for a file that it cannot read
        return None
