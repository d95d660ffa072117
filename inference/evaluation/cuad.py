"""Reads a folder of annotated contracts: contracts.jsonl beside the texts it names."""

import json
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class GoldSpan:
    """One marked answer: `category` in CUAD's own words, offsets in code points of the contract's text."""

    category: str
    start: int
    end: int


@dataclass(frozen=True)
class Contract:
    """One annotated contract; `answers` are the annotators' normalized answers by category.

    `judged` names the categories that somebody settled, None where that is all of them.
    """

    id: str
    text: str
    spans: tuple[GoldSpan, ...]
    answers: dict[str, str]
    judged: frozenset[str] | None = None


def load_contracts(folder: Path) -> list[Contract]:
    """All contracts of a folder in the order of its file; raises FileNotFoundError where there is none."""
    with (folder / "contracts.jsonl").open(encoding="utf-8") as lines:
        return [_contract(folder, json.loads(line)) for line in lines if line.strip()]


def _contract(folder: Path, row: dict[str, object]) -> Contract:
    text = (folder / str(row["txt"])).read_bytes().decode("utf-8")
    spans, answers = row["spans"], row.get("answers", {})
    assert isinstance(spans, list)
    assert isinstance(answers, dict)
    gold = tuple(GoldSpan(str(s["category"]), int(s["start"]), int(s["end"])) for s in spans)
    judged = row.get("judged")
    assert judged is None or isinstance(judged, list)
    settled = None if judged is None else frozenset(map(str, judged))
    return Contract(str(row["id"]), text, gold, {str(k): str(v) for k, v in answers.items()}, settled)


def fold_of_each(contracts: Sequence[Contract], folds: int) -> list[int]:
    """A fold for every contract: near-copies share one, sizes are even by characters, no chance involved."""
    groups: dict[int, list[int]] = {}
    for number, group in enumerate(near_copies(contracts)):
        groups.setdefault(group, []).append(number)
    load = [0] * folds
    fold = [0] * len(contracts)
    sizes = {group: sum(len(contracts[n].text) for n in numbers) for group, numbers in groups.items()}
    for group in sorted(groups, key=lambda g: (-sizes[g], g)):
        target = load.index(min(load))
        load[target] += sizes[group]
        for number in groups[group]:
            fold[number] = target
    return fold


def near_copies(contracts: Sequence[Contract], alike: float = 0.4) -> list[int]:
    """A group number for each contract; contracts sharing 40 % of their sampled shingles are one group."""
    prints = [_fingerprint(contract.text) for contract in contracts]
    group = list(range(len(contracts)))
    for number, own in enumerate(prints):
        for earlier in range(number):
            other = prints[earlier]
            if len(own & other) >= alike * min(len(own), len(other)):
                _join(group, number, earlier)
    return [_root(group, number) for number in range(len(group))]


def _fingerprint(text: str) -> frozenset[int]:
    """The one in sixteen smallest-numbered runs of eight words; at least one."""
    tokens = re.findall(r"\w+", text.lower())
    hashes = {zlib.crc32(" ".join(tokens[i : i + 8]).encode()) for i in range(max(1, len(tokens) - 7))}
    return frozenset(h for h in hashes if h % 16 == 0) or frozenset({min(hashes)})


def _root(group: list[int], number: int) -> int:
    while group[number] != number:
        number = group[number]
    return number


def _join(group: list[int], one: int, other: int) -> None:
    low, high = sorted((_root(group, one), _root(group, other)))
    group[high] = low
