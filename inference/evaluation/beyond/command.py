"""What the command line does: contracts in, one page or JSON out."""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from inference.beyond.folder import MemoryFolder
from inference.beyond.reader import BeyondReader
from inference.engine.profile import EngineProfile, ProfileError
from inference.engine.reader import EngineReader
from inference.engine.saved.keys import BadKey, ReadingKey
from inference.evaluation.cuad import load_contracts
from inference.evaluation.needle.command import STANDIN
from inference.evaluation.needle.progress import now_and_then
from inference.types import SourceText

from .measure import beyond, state, whole
from .plant import plant

BAR = 0.02  # of whole-window reading


def main(arguments: list[str] | None = None) -> int:
    """0 where the bar is met, 1 where it is not, 2 where nothing could be begun."""
    options = _parser().parse_args(arguments)
    try:
        figures = measured(options)
    except (ProfileError, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    print(json.dumps(figures, indent=1) if options.json else page(figures))
    return 0 if figures["pass"] else 1


def measured(options: argparse.Namespace) -> dict[str, Any]:
    """All figures; raises ProfileError, OSError and ValueError."""
    import torch

    torch.set_num_threads(options.threads)
    contracts = load_contracts(options.data)[: options.contracts]
    planted = plant(
        [SourceText(each.id, each.text, "en") for each in contracts],
        options.facts,
        options.seed,
        options.absent,
    )
    engine = EngineReader.open(EngineProfile.from_toml(options.profile))
    reader = BeyondReader(engine)
    kept = MemoryFolder(options.work, _key(options.key_file), planted.case_file) if options.work else None
    reading = reader.begin(planted.case_file, kept)
    tell, begun = now_and_then(10), time.process_time()
    reading.prefill(
        lambda done, total: tell(f"{done:,} of {total:,} characters remembered"),
        keep=kept.keep if kept is not None else lambda document_id, made: None,
        pieces=kept,
    )
    remembered = state(reading.memory, time.process_time() - begun)
    found, reach = beyond(reader, reading, planted)
    peer = whole(engine, planted)
    behind = (peer.all.share or 0.0) - (found.all.share or 0.0)
    return {
        "window": engine.window,
        "facts": len(planted.facts),
        "seed": options.seed,
        "memory": remembered,
        "peak_memory_mb": state(reading.memory, 0)["peak_memory_mb"],
        "beyond": found.json() | reach,
        "whole_window": peer.json(),
        "behind_whole_window": round(behind, 4),
        "pass": behind <= BAR and remembered["coverage"] == 1.0 and not remembered["unreadable"],
    }


def page(figures: dict[str, Any]) -> str:
    """The figures, a line each."""
    held, found, peer = figures["memory"], figures["beyond"], figures["whole_window"]
    rows = [
        ("documents, characters", f"{held['documents']:,}, {held['characters']:,}"),
        ("coverage of the memory", f"{held['coverage']:.2%}"),
        ("memory, bytes a million characters", f"{held['memory_bytes_a_million_characters']:,}"),
        ("peak of the process, MB", f"{figures['peak_memory_mb']:,}"),
        ("facts found with exact quotes", _share(found["right"])),
        *((f"  {kind}", _share(share)) for kind, share in found["by_kind"].items()),
        ("the same facts in a whole window", _share(peer["right"])),
        *((f"  {kind}", _share(share)) for kind, share in peer["by_kind"].items()),
        ("absent names said not found; whole", f"{_share(found['absent'])}; {_share(peer['absent'])}"),
        ("planted clauses that were read again", _share(found["clauses_read_again"])),
        ("tokens read for a question", f"{found['tokens_a_question']:,}"),
        ("behind whole-window reading", f"{figures['behind_whole_window']:+.1%}"),
    ]
    return "\n".join(f"{name:38} {value}" for name, value in rows)


def _share(share: dict[str, Any]) -> str:
    return f"{share['right']} of {share['asked']}"


def _key(file: Path | None) -> ReadingKey:
    if file is None:
        raise BadKey("Memories are as secret as the texts: --work needs a key in --key-file.")
    return ReadingKey.from_file(file)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m inference.evaluation.beyond", description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with contracts.jsonl")
    parser.add_argument("--contracts", type=int, help="the first so many of them; else all")
    parser.add_argument("--facts", type=int, default=120, help="planted, a third of each kind")
    parser.add_argument(
        "--absent", type=int, default=24, help="names asked for that head no clause, 24 at most"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--profile", type=Path, default=STANDIN.with_suffix(".toml"), metavar="FILE.toml")
    parser.add_argument("--work", type=Path, help="keep the memory here, sealed, and go on from it")
    parser.add_argument("--key-file", type=Path, help="the key of what is kept: 32 random bytes")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    return parser
