"""A profile of a server checks itself, and says in a sentence what is wrong."""

from pathlib import Path

import pytest

from inference.ask_files import load_profile
from inference.engine.profile import EngineProfile, ProfileError
from inference.remote.profile import RemoteProfile

GOOD = 'kind = "remote"\nbase_url = "https://vllm.firm:8000/v1"\nmodel = "firm/reader-7b"\n'


def written(folder: Path, content: str) -> Path:
    path = folder / "house.toml"
    path.write_text(content, encoding="utf-8")
    return path


def test_a_profile_is_named_by_its_file(tmp_path: Path) -> None:
    profile = load_profile(written(tmp_path, GOOD + 'controls = ["Human:"]\nanswer_seconds = 60\n'))

    assert isinstance(profile, RemoteProfile)
    assert (profile.name, profile.unbound, profile.controls) == ("house", "refuse", ("Human:",))


def test_without_a_name_it_is_named_by_its_model() -> None:
    assert RemoteProfile("http://10.0.0.1/v1", "firm/reader-7b").name == "reader-7b"
    assert RemoteProfile.from_values({"base_url": "http://h/v1", "model": "m"}, "house").name == "house"


def test_the_kind_tells_a_server_from_a_folder(tmp_path: Path) -> None:
    assert isinstance(load_profile(written(tmp_path, 'kind = "engine"\nmodel = "m"\n')), EngineProfile)
    assert isinstance(load_profile(written(tmp_path, 'model = "m"\n')), EngineProfile)
    with pytest.raises(ProfileError, match=r'house\.toml: kind is \'cloud\'; it can be "engine" or "remote"'):
        load_profile(written(tmp_path, 'kind = "cloud"\n'))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('base_url = "ftp://vllm.firm"', "with http or https"),
        ('base_url = "vllm.firm:8000"', "with http or https"),
        ('base_url = "https://"', "with http or https"),
        ('base_url = "https://vllm.firm:99999/v1"', "no address"),
        ('base_url = "https://me:secret@vllm.firm/v1"', "neither a name with a password"),
        ('base_url = "https://vllm.firm/v1?key=3"', "nor anything after"),
        ('base_url = "https://vllm.firm /v1"', "with http or https"),
        ('base_url = ""', "base_url must be given"),
        ("model = 3", "model must be given"),
        ('unbound = "trust"', "refuse, verify"),
        ('binding = "regex"', "auto, response_format"),
        ("window = 0", "whole number of 1 or more"),
        ("window = true", "whole number of 1 or more"),
        ("side_by_side = 0", "whole number of 1 or more"),
        ("answer_tokens = 10", "whole number of 64 or more"),
        ("retries = -1", "whole number of 0 or more"),
        ("answer_seconds = 0", "seconds up to a day"),
        ("read_seconds = inf", "seconds up to a day"),
        ("read_seconds = nan", "seconds up to a day"),
        ('controls = ["x"]', "two letters or more"),
        ("controls = [3]", "two letters or more"),
        ("controls = 3", "two letters or more"),
        ("name = 3", "must be text"),
        ('key = "sk-secret"', "no setting called 'key'"),
        ('allow = ["0.0.0.0/0"]', "no setting called 'allow'"),
        ("model = [", "not valid TOML"),
    ],
)
def test_what_is_wrong_is_told_in_a_sentence(tmp_path: Path, line: str, said: str) -> None:
    name = line.split(" ")[0]
    kept = [each for each in GOOD.splitlines() if not each.startswith(f"{name} ")]
    with pytest.raises(ProfileError, match=said) as failure:
        load_profile(written(tmp_path, "\n".join([*kept, line])))

    assert str(failure.value).startswith("house.toml: ")
    assert "secret" not in str(failure.value)
