"""A real server of another's making on loopback: `transformers serve`, with a tiny model that was taught one answer.

It takes a form without a word and ignores it, lists nothing, and says neither [DONE] nor how much it reads.
"""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch

from inference.__main__ import main
from inference.engine.ask import Unanswered
from inference.engine.passages import cut
from inference.remote.errors import DoesNotBind, UnknownModel
from inference.remote.messages import Words, messages
from inference.remote.profile import RemoteProfile
from inference.remote.reader import RemoteReader
from inference.remote.shown import Shown
from inference.types import CaseFile, Question, SourceText
from tests.inference.engine.tiny_models import save_model
from tests.inference.engine.vocabularies import byte_level, model_tokenizer

TEXT = "The Tenant shall pay the Rent on the first day\nof each month. The Landlord shall keep the roof in repair.\n"
RENT = Question("rent", "Rent", "When?", "text")
LAW = Question("law", "Governing law", "Which?", "text")
QUOTED = "The Tenant shall pay the Rent on the first day of each month"
TAUGHT = json.dumps({"state": "found", "quotes": [{"passage": 1, "words": QUOTED, "until": ""}]})
CASE_FILE = CaseFile((SourceText("lease", TEXT),))
OTHER = CaseFile((SourceText("lease", TEXT.replace("first", "last")),))
STEPS = 600  # at the most


@dataclass(frozen=True)
class Served:
    """A running server: where it is, the model it serves, and that model's tokenizer."""

    base_url: str
    model: str
    tokenizer: Any

    def profile(self, **more: Any) -> RemoteProfile:
        settings = {"reason_tokens": 0, "answer_tokens": 200, "side_by_side": 2, "name": "tiny", **more}
        return RemoteProfile(self.base_url, self.model, **settings)


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server for all of these tests, ended by its own id."""
    folder = tmp_path_factory.mktemp("served")
    tokenizer = model_tokenizer(byte_level(), "chatml", eos_token="<|im_end|>", pad_token="<|im_end|>")
    save_model(folder / "model", "llama", seed=1, **SHAPE)
    tokenizer.save_pretrained(folder / "model")
    teach(folder / "model", tokenizer)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = str(Path(sys.executable).parent / "transformers")
    arguments = [
        "serve",
        str(folder / "model"),
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--device",
        "cpu",
    ]
    offline = {"HF_HUB_OFFLINE": "1", "HF_HOME": str(folder / "hub"), "OMP_NUM_THREADS": "1"}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [program, *arguments], env={**os.environ, **offline}, stdout=log, stderr=log
        )
        try:
            wait_for(port, process, folder / "log")
            yield Served(f"http://127.0.0.1:{port}/v1", str(folder / "model"), tokenizer)
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


SHAPE = {"vocab_size": 640, "max_position_embeddings": 4096, "eos_token_id": None, "initializer_range": 0.05}


def prompt_of(tokenizer: Any, case_file: CaseFile, question: Question | None) -> list[int]:
    """The tokens of a question about a case file, as the server makes them of our messages."""
    words = Words(Shown(), reason_tokens=0)
    asked = words.question(question) if question else ""
    said = messages(words.case(case_file, cut(case_file)), asked)
    rendered = tokenizer.apply_chat_template(
        said, tokenize=False, add_generation_prompt=True, enable_thinking=False
    )
    return list(tokenizer(rendered, add_special_tokens=False)["input_ids"])


def teach(folder: Path, tokenizer: Any) -> None:
    """Train the model until it says the answer word for word, after the end of the question and after all of it."""
    from transformers import AutoModelForCausalLM

    torch.manual_seed(0)
    torch.set_num_threads(1)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).train()
    prompts = [prompt_of(tokenizer, case_file, RENT) for case_file in (CASE_FILE, OTHER)]
    answer = [*tokenizer(TAUGHT, add_special_tokens=False)["input_ids"], tokenizer.eos_token_id]
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    known = 0  # whole prompts in a row after which it says the answer
    for step in range(STEPS):
        is_whole = step > 60 and step % 4 == 0
        before = prompts[step // 4 % 2] if is_whole else prompts[0][-40:]
        labels = [-100] * len(before) + answer
        loss = model(input_ids=torch.tensor([before + answer]), labels=torch.tensor([labels])).loss
        known = known + is_whole if float(loss.detach()) < 0.01 else 0
        if known == 2:
            break
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    else:
        pytest.fail("The tiny model was not taught its answer.")
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    model.generation_config.pad_token_id = tokenizer.eos_token_id
    model.save_pretrained(folder)


def wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Until the server says that it is well, two minutes at the most."""
    until = time.monotonic() + 120
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.3)
    pytest.fail(f"transformers serve did not begin: {log.read_text(errors='replace')[-2000:]}")


def test_it_is_found_out_that_it_ignores_forms(served: Served) -> None:
    with pytest.raises(DoesNotBind, match="does not hold its model to the form"):
        RemoteReader.open(served.profile())


def test_with_the_profiles_leave_it_answers_and_its_quotes_are_proved(served: Served) -> None:
    reader = RemoteReader.open(served.profile(unbound="verify"))
    reading = reader.read(CASE_FILE)
    (answer,) = reader.ask(reading, [RENT], second_reading=False)

    assert not reader.binds
    assert not reader.is_listed
    assert answer.state == "found"
    (evidence,) = answer.evidence
    assert evidence.quote == TEXT[evidence.start : evidence.end] == QUOTED.replace("day of", "day\nof")
    assert answer.read_by == f"tiny ({served.model} at {served.base_url[7:-3]})"


def test_its_counts_are_the_tokens_of_our_messages(served: Served) -> None:
    reader = RemoteReader.open(served.profile(unbound="verify"))
    reading = reader.read(CASE_FILE)
    (answer,) = reader.ask(reading, [RENT], second_reading=False)

    assert reading.total == len(prompt_of(served.tokenizer, CASE_FILE, None))
    assert answer.usage.prefill_tokens == len(prompt_of(served.tokenizer, CASE_FILE, RENT))
    assert answer.usage.decode_tokens > 10
    assert answer.usage.cached_tokens is None


def test_said_of_another_text_the_same_answer_is_unsupported(served: Served) -> None:
    reader = RemoteReader.open(served.profile(unbound="verify"))
    (answer,) = reader.ask(reader.read(OTHER), [RENT], second_reading=False)

    assert (answer.state, answer.evidence) == ("unsupported", ())


def test_a_second_reading_by_a_model_that_cannot_judge_supports_nothing(served: Served) -> None:
    reader = RemoteReader.open(served.profile(unbound="verify"))
    (answer,) = reader.ask(reader.read(CASE_FILE), [RENT], second_reading=True)

    assert answer.state == "unsupported"
    assert (
        answer.reason
        == "A second reading of the case file could not tell whether the quotes support the answer."
    )


def test_called_off_it_goes_on_answering_others(served: Served) -> None:
    reader = RemoteReader.open(served.profile(unbound="verify"))
    reading = reader.read(CASE_FILE)
    with pytest.raises(Unanswered):
        list(reader.ask(reading, [RENT, LAW], seconds=0.02, second_reading=False))
    (answer,) = reader.ask(reading, [RENT], second_reading=False)

    assert answer.state == "found"


def test_the_command_asks_it(served: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    profile, case, questions = (tmp_path / name for name in ("tiny.toml", "lease.txt", "questions.json"))
    profile.write_text(
        f'kind = "remote"\nbase_url = "{served.base_url}"\nmodel = "{served.model}"\n'
        'unbound = "verify"\nreason_tokens = 0\n'
    )
    case.write_text(TEXT)
    asked = {"id": "rent", "name": RENT.name, "definition": RENT.definition, "answer_type": "text"}
    questions.write_text(json.dumps([asked]))
    code = main(
        [
            "ask",
            "--profile",
            str(profile),
            "--case",
            str(case),
            "--questions",
            str(questions),
            "--no-second-reading",
        ]
    )
    row = json.loads(capsys.readouterr().out)

    assert (code, row["id"], row["state"]) == (0, "rent", "found")
    assert row["evidence"] == [{"file": str(case), "start": 0, "end": 60, "quote": TEXT[:60], "score": 0.0}]


def test_another_model_is_not_served(served: Served) -> None:
    profile = RemoteProfile(served.base_url, "firm/other", unbound="verify")

    with pytest.raises(UnknownModel, match="does not serve the model"):
        RemoteReader.open(profile)
