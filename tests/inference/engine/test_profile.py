"""A profile is what an administrator writes: right or refused in one sentence."""

from pathlib import Path

import pytest

from inference.engine.profile import EngineProfile, ProfileError


def written(folder: Path, words: str) -> Path:
    path = folder / "library.toml"
    path.write_text(words)
    return path


def test_a_profile_with_only_a_model_takes_the_usual_choices(tmp_path: Path) -> None:
    profile = EngineProfile.from_toml(written(tmp_path, 'model = "qwen"'))
    assert profile.model == tmp_path / "qwen"
    assert (profile.quantization, profile.dtype, profile.device, profile.rope) == (
        "none",
        "bfloat16",
        "auto",
        "as-is",
    )
    assert (profile.window, profile.chunk, profile.side_by_side, profile.reason_tokens) == (
        None,
        2048,
        16,
        60,
    )
    assert profile.cache == "int8"
    assert profile.name == "library"


def test_everything_can_be_said(tmp_path: Path) -> None:
    profile = EngineProfile.from_toml(
        written(
            tmp_path,
            'model = "/models/qwen"\nquantization = "nf4"\ndtype = "float32"\ndevice = "cuda:1"\nwindow = 65536\n'
            'rope = "yarn"\nrope_factor = 4\nchunk = 1024\nside_by_side = 8\nreason_tokens = 0\nname = "Evenings"\n'
            'cache = "int4"\n',
        )
    )
    assert profile.model == Path("/models/qwen")
    assert (profile.window, profile.rope, profile.rope_factor) == (65536, "yarn", 4)
    assert (profile.device, profile.reason_tokens, profile.name) == ("cuda:1", 0, "Evenings")
    assert profile.cache == "int4"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("", "model must name the folder"),
        ('model = ""', "model must name the folder"),
        ("model = 3", "model must name the folder"),
        ('model = "m"\ntemperature = 0', "there is no setting called 'temperature'"),
        ('model = "m"\nquantization = "fp8"', "quantization is 'fp8'; it can be one of: none, int8, nf4"),
        ('model = "m"\ndtype = "float16"', "it can be one of: bfloat16, float32, float64"),
        ('model = "m"\ncache = "fp8"', "cache is 'fp8'; it can be one of: int8, int4, model"),
        ('model = "m"\ndevice = "tpu"', 'it can be "auto", "cpu", "cuda" or "cuda:" and a number'),
        ('model = "m"\ndevice = "cuda:"', 'it can be "auto", "cpu", "cuda" or "cuda:" and a number'),
        ('model = "m"\nwindow = 0', "window is 0; it must be a whole number of 1 or more"),
        ('model = "m"\nwindow = 1.5', "window is 1.5; it must be a whole number of 1 or more"),
        ('model = "m"\nchunk = true', "chunk is True; it must be a whole number of 1 or more"),
        ('model = "m"\nreason_tokens = -1', "it must be a whole number of 0 or more"),
        ('model = "m"\nrope_factor = 4', 'A rope_factor needs rope = "yarn" or rope = "linear"'),
        ('model = "m"\nrope = "yarn"', 'rope = "yarn" needs a rope_factor greater than 1'),
        (
            'model = "m"\nrope = "linear"\nrope_factor = "4"',
            "rope_factor is '4'; it must be a number below 1000",
        ),
        (
            'model = "m"\nrope = "linear"\nrope_factor = nan',
            "rope_factor is nan; it must be a number below 1000",
        ),
        ('model = "m"\nquantization = "int8"\ndtype = "float64"', "not in float64"),
        ('model = "m"\nname = 4', "name is 4; it must be text"),
        ('model = "m', "this is not valid TOML"),
    ],
)
def test_what_contradicts_itself_is_refused_in_one_sentence(
    tmp_path: Path, words: str, sentence: str
) -> None:
    with pytest.raises(ProfileError) as refused:
        EngineProfile.from_toml(written(tmp_path, words))
    assert str(refused.value).startswith("library.toml: ")
    assert sentence in str(refused.value)


def test_a_profile_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"nowhere.toml: the profile could not be read."):
        EngineProfile.from_toml(tmp_path / "nowhere.toml")
