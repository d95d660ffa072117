"""The cast of these tests: a tiny model with random weights, its reader, and a case file of two documents."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch

from inference.engine.loaded import LoadedModel
from inference.engine.profile import EngineProfile
from inference.engine.prompt import Template
from inference.engine.reader import EngineReader
from inference.engine.step import register
from inference.engine.token_table import TokenTable
from inference.engine.vocabulary import Vocabulary
from inference.types import CaseFile, Fingerprint, Question, SourceText
from tests.inference.engine.vocabularies import byte_level, model_tokenizer

LEASE = (
    "LEASE\n\n1. Rent. The Tenant shall pay the Rent on the first day of each month.\n\n"
    "2. Repair. The Landlord shall keep the roof in repair; the office ﬁles its ﬂoor plans.\n"
)
SIDE_LETTER = (
    "SIDE LETTER\n\nThe Tenant shall pay the Rent on the first day of each month. 本合同受新加坡法律管辖。\n"
)


@pytest.fixture(scope="session")
def tokenizer() -> Any:
    """Byte pairs trained here."""
    return model_tokenizer(byte_level(), "chatml", eos_token="<|im_end|>")


@pytest.fixture(scope="session")
def template(tokenizer: Any) -> Template:
    return Template(tokenizer)


@pytest.fixture(scope="session")
def model(tokenizer: Any) -> Any:
    """A Llama of two layers that nobody trained, in double precision."""
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.set_num_threads(1)  # two threads on a busy machine wait for each other
    torch.manual_seed(1)
    config = LlamaConfig(
        vocab_size=len(tokenizer) + 40,  # a model has more rows than its tokenizer has words
        hidden_size=64,
        intermediate_size=96,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=4096,
        initializer_range=0.4,  # far from even: answers differ from question to question
        attn_implementation=register(),
    )
    return LlamaForCausalLM(config).double().eval()


@pytest.fixture(scope="session")
def plain_model(model: Any) -> Any:
    """The same weights with the library's own attention: what the plain twin reads with."""
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(**{**model.config.to_dict(), "attn_implementation": "eager"})
    plain = LlamaForCausalLM(config).double().eval()
    plain.load_state_dict(model.state_dict())
    return plain


@pytest.fixture(scope="session")
def loaded(model: Any, tokenizer: Any) -> LoadedModel:
    profile = EngineProfile(
        Path("tiny"),
        dtype="float64",
        device="cpu",
        chunk=64,
        side_by_side=3,
        reason_tokens=5,
        name="tiny",
        cache="model",
    )
    return LoadedModel(model, tokenizer, profile, Fingerprint("0" * 64, "test"), window=4096)


@pytest.fixture(scope="session")
def engine(loaded: LoadedModel) -> EngineReader:
    """The reader of the tiny model."""
    return EngineReader(loaded)


@pytest.fixture(scope="session")
def vocabulary(template: Template, model: Any) -> Vocabulary:
    return Vocabulary(TokenTable(template.plain, model.config.vocab_size), ends=())


@pytest.fixture(scope="session")
def case_file() -> CaseFile:
    """A lease and a side letter that says one sentence of it again."""
    return CaseFile((SourceText("lease", LEASE), SourceText("letter", SIDE_LETTER)))


@pytest.fixture(scope="session")
def asked() -> Sequence[Question]:
    """Questions of different lengths."""
    names = ("Rent", "Repair", "Governing law", "Assignment", "Consent", "Roof", "Office")
    return [
        Question(f"q{n}", name, f"What does the lease say of {name.lower()}? " * (1 + n % 3), "text")
        for n, name in enumerate(names)
    ]
