"""Tokens and windows told from a model's folder are about those that loading it gives."""

from collections.abc import Callable
from pathlib import Path

import pytest

from inference.engine.estimate import tokens_of, window_of
from inference.engine.loaded import LoadedModel
from inference.engine.profile import EngineProfile
from inference.engine.prompt import Template
from inference.types import CaseFile, SourceText

from .tiny_models import AUTHORED

CASE = CaseFile((SourceText("a", AUTHORED * 12), SourceText("b", AUTHORED.upper() * 3)))


def test_the_tokens_of_a_case_file_are_told_without_its_model(
    qwen: LoadedModel, model_folder: Callable[[str], Path]
) -> None:
    told = tokens_of(model_folder("qwen2"), CASE)
    assert told == pytest.approx(Template(qwen.tokenizer).case(CASE).tokens, rel=0.05)


def test_a_folder_without_a_tokenizer_tells_nothing(tmp_path: Path) -> None:
    assert tokens_of(tmp_path, CASE) is None
    (tmp_path / "tokenizer.json").write_text("{}")
    assert tokens_of(tmp_path, CASE) is None


def test_the_window_is_the_profiles_else_the_models_stretched(
    qwen: LoadedModel, model_folder: Callable[[str], Path], tmp_path: Path
) -> None:
    folder = model_folder("qwen2")
    assert window_of(EngineProfile(folder)) == qwen.window
    assert window_of(EngineProfile(folder, rope="yarn", rope_factor=4.0)) == 4 * qwen.window
    assert window_of(EngineProfile(folder, window=100)) == 100
    assert window_of(EngineProfile(tmp_path)) is None
