"""Small tokenizers of the kinds that models come with, and chat templates of the same shapes, all of our own."""

from functools import cache
from typing import Any

from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

AUTHORED = """\
The Tenant shall pay the Rent on the first day of each month, and the Landlord shall keep the roof in repair.
Neither party may assign this Agreement without the prior written consent of the other party; “Consent” is in writing.
⟦1⟧ Reason: ⟦the clause says so⟧ Answer: ⟦found⟧ Quote: ⟦not found⟧ At: ⟦12⟧ More: ⟦no⟧ Against: ⟦nothing⟧
Question: Governing law. Which law governs the agreement? Case file. document end of the case file unclear yes
The office ﬁles its ﬂoor plans. 本合同受新加坡法律管辖。 สัญญานี้ใช้กฎหมายไทย 🔑👩‍⚖️ é e\u0301 £1,000 – 50 %
"""

CHATML = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n"
    "{% if enable_thinking is defined and not enable_thinking %}<think>\n\n</think>\n\n{% endif %}{% endif %}"
)
HEADERS = (
    "{{ bos_token }}{% for m in messages %}<|start_header_id|>{{ m.role }}<|end_header_id|>\n\n"
    "{% if m.role == 'system' %}Today is {{ strftime_now('%d %B %Y') }}.\n{% endif %}"
    "{{ m.content | trim }}<|eot_id|>{% endfor %}"
    "{% if add_generation_prompt %}<|start_header_id|>assistant<|end_header_id|>\n\n{% endif %}"
)
GMASK = (
    "[gMASK]<sop>{% for m in messages %}<|{{ m.role }}|>\n{{ m.content }}{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>\n{% endif %}"
)
INST = (
    "{{ bos_token }}{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('Users only.') }}"
    "{% elif m.role == 'user' %}[INST] {{ m.content }} [/INST]{% else %} {{ m.content }}{{ eos_token }}{% endif %}"
    "{% endfor %}"
)

TEMPLATES: dict[str, tuple[str, tuple[str, ...]]] = {  # the template, and the control tokens it is written in
    "chatml": (CHATML, ("<|im_start|>", "<|im_end|>", "<think>", "</think>")),
    "headers": (HEADERS, ("<|begin|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>")),
    "gmask": (GMASK, ("[gMASK]", "<sop>", "<|system|>", "<|user|>", "<|assistant|>")),
    "inst": (INST, ("<s>", "</s>")),
}


@cache
def byte_level(size: int = 600, *, composed: bool = False) -> Tokenizer:
    """Byte pairs over whole letters; `composed` normalizes to NFC first, as some models do."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    if composed:
        tokenizer.normalizer = normalizers.NFC()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=size, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(AUTHORED.splitlines(keepends=True) * 3, trainer)
    return tokenizer


@cache
def byte_fallback() -> Tokenizer:
    """Words begun by a low line, letters it does not know as bytes, control words among its vocabulary."""
    words = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256))]
    letters = sorted(set("▁[]/INST" + AUTHORED.replace(" ", "").replace("本", "")) - {"\n"})
    parts = ["▁t", "▁th", "▁the", "IN", "ST", "INST"]
    vocabulary = {word: id for id, word in enumerate([*words, *letters, *parts])}
    merges = [("▁", "t"), ("▁t", "h"), ("▁th", "e"), ("I", "N"), ("S", "T"), ("IN", "ST")]
    tokenizer = Tokenizer(
        models.BPE(vocabulary, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True)
    )
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    return tokenizer


def model_tokenizer(backend: Tokenizer, chat: str | None = None, **special: str) -> Any:
    """A tokenizer as transformers gives it, with a chat template of ours and the control tokens that it uses."""
    from transformers import PreTrainedTokenizerFast

    copy = Tokenizer.from_str(backend.to_str())
    template, controls = TEMPLATES[chat] if chat else (None, ())
    thinking = {"<think>", "</think>"}
    copy.add_special_tokens([AddedToken(word, special=True) for word in controls if word not in thinking])
    copy.add_tokens([AddedToken(word, special=False) for word in controls if word in thinking])
    wrapped = PreTrainedTokenizerFast(tokenizer_object=copy, **special)
    wrapped.chat_template = template
    return wrapped
