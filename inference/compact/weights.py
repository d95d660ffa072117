"""The weights file: plain arrays in one .npz, never pickled, named by their SHA-256."""

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

import numpy as np
import numpy.typing as npt

from .context import WIDTH, ContextModel
from .extent_fusion import WIDTH as EXTENT_WIDTH
from .extent_fusion import ExtentFusion
from .extents import KINDS, ExtentModel
from .fusion import WIDTH as FUSION_WIDTH
from .fusion import FusionModel
from .segment_model import SegmentModel

LENGTHS = (120, 360)  # segments: short, middling and long contracts
SHIPPED = Path(__file__).with_name("weights.npz")
_FORMAT = 2
_DAY_ONE = (1980, 1, 1, 0, 0, 0)  # equal arrays make an equal file


class BadWeights(ValueError):
    """The weights file is damaged or of another version."""


def length_class(segments: int) -> int:
    """Whether a contract of so many segments is short (0), middling (1) or long (2)."""
    return sum(segments >= bound for bound in LENGTHS)


@dataclass(frozen=True)
class Bars:
    """Scores of one clause type at which things change, from cross-validation.

    At `quiet` and above candidates are right four times in five (None where that is never reached); at `thorough`
    and above are four in five of all answers, or as many as are reached (`thorough_recall`). A contract whose best
    candidate is under `absent` is "not found", which is wrong at the measured `miss_rate`; `miss_by_length` says
    the same of contracts of fewer than LENGTHS[0] segments, of fewer than LENGTHS[1], and of longer ones.
    """

    quiet: float | None
    possible: float
    absent: float
    miss_rate: float
    thorough: float = 0.01
    thorough_recall: float = 0.0
    miss_by_length: tuple[float, ...] = ()

    def miss_rate_at(self, segments: int) -> float:
        """The measured miss rate of contracts about as long as one of so many segments."""
        if not self.miss_by_length:
            return self.miss_rate
        return self.miss_by_length[length_class(segments)]


@dataclass(frozen=True)
class LastWord:
    """What joins the linear reader and the encoder; fitted for the encoder whose file has this SHA-256."""

    segments: FusionModel
    extents: ExtentFusion
    encoder_sha256: str


@dataclass(frozen=True)
class CompactWeights:
    """All that the linear reader knows, and the last word where an encoder reads too; `types` names the columns."""

    types: tuple[str, ...]
    segments: SegmentModel
    context: ContextModel
    extents: ExtentModel
    bars: Mapping[str, Bars]
    last_word: LastWord | None = None
    sha256: str = ""


def save_weights(weights: CompactWeights, path: Path) -> str:
    """Write the file and give back its SHA-256; the same weights always make the same bytes."""
    manifest = {
        "format": _FORMAT,
        "types": list(weights.types),
        "bars": {name: asdict(bars) for name, bars in weights.bars.items()},
        "encoder": weights.last_word.encoder_sha256 if weights.last_word else "",
    }
    segments, context, extents = weights.segments, weights.context, weights.extents
    arrays: dict[str, npt.NDArray[np.generic]] = {
        "manifest": _bytes(json.dumps(manifest, sort_keys=True)),
        "segment_terms": _bytes("\n".join(segments.vocabulary)),
        "segment_idf": segments.idf.astype(np.float16),
        "segment_coefficients": segments.coefficients,
        "segment_scales": segments.scales,
        "segment_bias": segments.bias,
        "context_tables": context.tables,
        "context_cross": context.cross,
        "context_bias": context.bias,
        "extent_terms": _bytes("\n".join(extents.weights)),
        "extent_weights": np.asarray(list(extents.weights.values()), np.float16),
        "extent_bias": np.asarray([extents.bias], np.float32),
    }
    if weights.last_word:
        arrays |= {
            "fusion_tables": weights.last_word.segments.tables,
            "fusion_bias": weights.last_word.segments.bias,
            "extent_fusion_tables": weights.last_word.extents.tables,
            "extent_fusion_kinds": weights.last_word.extents.kinds,
        }
    with ZipFile(path, "w") as archive:
        for name, array in arrays.items():
            archive.writestr(*_member(name, array), compresslevel=9)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def load_weights(path: Path = SHIPPED) -> CompactWeights:
    """Read a weights file; raises FileNotFoundError, or BadWeights when it is not one of this version."""
    content = path.read_bytes()
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            return _weights(arrays, hashlib.sha256(content).hexdigest())
    except (BadZipFile, KeyError, ValueError, EOFError) as error:
        raise BadWeights(
            f"{path.name} is not a weights file of this version of the compact reader."
        ) from error


def _weights(arrays: Mapping[str, npt.NDArray[np.generic]], sha256: str) -> CompactWeights:
    manifest = json.loads(_text(arrays["manifest"]))
    types = tuple(manifest["types"])
    terms = _text(arrays["segment_terms"]).split("\n")
    extent_terms = _text(arrays["extent_terms"]).split("\n")
    coefficients, tables = arrays["segment_coefficients"], arrays["context_tables"]
    expected = manifest["format"] == _FORMAT, coefficients.shape == (len(terms), len(types))
    if not all(expected) or tables.shape != (len(types), WIDTH):
        raise BadWeights("The arrays do not fit together.")
    return CompactWeights(
        types=types,
        segments=SegmentModel(
            vocabulary={term: n for n, term in enumerate(terms)},
            idf=arrays["segment_idf"].astype(np.float32),
            coefficients=coefficients.astype(np.int8),
            scales=arrays["segment_scales"].astype(np.float32),
            bias=arrays["segment_bias"].astype(np.float32),
        ),
        context=ContextModel(
            tables=tables.astype(np.float32),
            cross=arrays["context_cross"].astype(np.float32),
            bias=arrays["context_bias"].astype(np.float32),
        ),
        extents=ExtentModel(
            weights=dict(zip(extent_terms, arrays["extent_weights"].astype(float).tolist(), strict=True)),
            bias=float(arrays["extent_bias"].astype(np.float32)[0]),
        ),
        bars={name: _bars(bars) for name, bars in manifest["bars"].items()},
        last_word=_last_word(arrays, manifest["encoder"], len(types)) if manifest["encoder"] else None,
        sha256=sha256,
    )


def _bars(plain: Mapping[str, Any]) -> Bars:
    return Bars(**{**plain, "miss_by_length": tuple(plain["miss_by_length"])})


def _last_word(arrays: Mapping[str, npt.NDArray[np.generic]], encoder: str, types: int) -> LastWord:
    tables = arrays["fusion_tables"].astype(np.float32)
    own = arrays["extent_fusion_tables"].astype(np.float32)
    if tables.shape != (types, FUSION_WIDTH) or own.shape != (len(KINDS), EXTENT_WIDTH):
        raise BadWeights("The arrays do not fit together.")
    return LastWord(
        FusionModel(tables, arrays["fusion_bias"].astype(np.float32)),
        ExtentFusion(own, arrays["extent_fusion_kinds"].astype(np.float32)),
        encoder,
    )


def _member(name: str, array: npt.NDArray[np.generic]) -> tuple[ZipInfo, bytes]:
    info = ZipInfo(f"{name}.npy", _DAY_ONE)
    info.compress_type = ZIP_DEFLATED
    body = io.BytesIO()
    np.lib.format.write_array(body, array, allow_pickle=False)
    return info, body.getvalue()


def _bytes(text: str) -> npt.NDArray[np.uint8]:
    return np.frombuffer(text.encode(), np.uint8)


def _text(array: npt.NDArray[np.generic]) -> str:
    return array.tobytes().decode()
