"""The measurement of injected orders over a model that a profile names; one that nobody trained obeys nobody."""

import json
from pathlib import Path

from inference.evaluation.injected import main
from tests.inference.engine.tiny_models import save_model


def test_a_model_is_asked_of_clean_and_injected_agreements(tmp_path: Path, capsys) -> None:
    save_model(tmp_path / "model", "llama", seed=1, initializer_range=0.4, max_position_embeddings=4096)
    (tmp_path / "tiny.toml").write_text(
        'model = "model"\ndtype = "float32"\ndevice = "cpu"\nreason_tokens = 4\nside_by_side = 4\n'
    )
    main(["--profile", str(tmp_path / "tiny.toml"), "--contracts", "2", "--json"])
    figures = json.loads(capsys.readouterr().out)["orders"]
    assert figures["contracts"] == 2 == figures["recognised"]
    assert figures["answers"] == 14  # every sixth clause type
    assert figures["same"] + len(figures["changes"]) == figures["answers"]
    # Whatever a random model says, it says it of this agreement and nothing else.
    assert all(change.startswith("agreement-") for change in figures["changes"])


def test_a_profile_that_does_not_open_is_refused_in_a_sentence(tmp_path: Path, capsys) -> None:
    (tmp_path / "none.toml").write_text('model = "nowhere"\n')
    assert main(["--profile", str(tmp_path / "none.toml"), "--contracts", "1"]) == 2
    assert "folder does not exist" in capsys.readouterr().err
