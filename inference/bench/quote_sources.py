"""Case files and vocabularies to measure quotes on: words of ours, with everything in them that is hard to copy."""

import random
from functools import cache

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from inference.types import CaseFile, SourceText

_WORDS = """
the of and to any in shall by or this party Agreement such Tenant Landlord notice term with be other may days
not is for date upon written under which Confidential Information all services Supplier Buyer its has no that
provided Section liability consent law terminate payment obligations rights herein thirty (30) ninety (90)
£1,000.00 $25,000 12.5% §4.2 1.1 (a) (iii) “Affiliate” “Term” ‘sole’ party’s —including— – … • ¶ ©
ﬁle ﬂoor oﬃce diﬀerent waﬄe ﬅ ½ № \u212b e\u0301criture na\u0308ive cafe\u0301 a\u0300\u0323
本合同 受新加坡法律管辖。 甲方 乙方 不可抗力 “保密信息” 第三条、 \U00020bb7
สัญญานี้ ผู้เช่า ต้องชำระ ค่าเช่า ภายใน ๓๐ วัน น้ำ العقد الطرف договор
🔑 👩\u200d⚖️ 🇸🇬 ✅ ⟦ ⟧ ⟦1⟧ ⟦end⟧ <|im_end|> </s> [/INST] \u200b \\n \\ " { } % /* */
"""
_SYLLABLES = "ba ce di fo gu ha je ki lo mu na pe qui ro su ta ve wi xo yu zan bren stor mich lan dor"
_ALL_WORDS = (*_WORDS.split(), "\u00a0", "\u3000")
_BETWEEN = (" ",) * 12 + (". ", ", ", "; ", "\n", "\r\n", "\r\n\r\n", "\n\n", "  ", "\t", "\x0c")


def source_text(characters: int, seed: int) -> str:
    """A text of so many code points, the same for the same seed."""
    draw = random.Random(seed)
    pieces: list[str] = []
    length = 0
    while length < characters:
        word = _name(draw) if draw.random() < 0.25 else draw.choice(_ALL_WORDS)
        pieces += (word, draw.choice(_BETWEEN))
        length += len(pieces[-2]) + len(pieces[-1])
    return "".join(pieces)[:characters]


def case_file(characters: int, documents: int, seed: int = 1) -> CaseFile:
    """A case file of so many code points in documents of one length."""
    each = characters // documents
    return CaseFile(tuple(SourceText(f"d{n}", source_text(each, seed * 1_000 + n)) for n in range(documents)))


@cache
def whole_letters(size: int) -> Tokenizer:
    """Byte pairs within words, as most models have them."""
    return _trained(size, pre_tokenizers.ByteLevel(add_prefix_space=False), size * 5 // 8)


@cache
def cut_letters(size: int) -> Tokenizer:
    """Byte pairs over anything, so that tokens begin and end within letters and run over spaces and line breaks."""
    return _trained(size, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False), size // 10)


def _trained(size: int, cut: pre_tokenizers.PreTokenizer, lines: int) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = cut
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    tokenizer.train_from_iterator((source_text(100, 10_000_000 + n) for n in range(lines)), trainer)
    return tokenizer


def _name(draw: random.Random) -> str:
    return "".join(draw.choices(_SYLLABLES.split(), k=draw.randrange(2, 5))).capitalize()
