"""The weights file: plain arrays in one .npz, never pickled, named by their SHA-256."""

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

import numpy as np
import numpy.typing as npt

from .context import WIDTH, ContextModel
from .extents import ExtentModel
from .segment_model import SegmentModel

SHIPPED = Path(__file__).with_name("weights.npz")
_FORMAT = 1
_DAY_ONE = (1980, 1, 1, 0, 0, 0)  # equal arrays make an equal file


class BadWeights(ValueError):
    """The weights file is damaged or of another version."""


@dataclass(frozen=True)
class Bars:
    """Scores of one clause type at which things change, from cross-validation.

    At `quiet` and above candidates are right four times in five (None where that is never reached); a contract
    whose best candidate is under `absent` is "not found", which is wrong at the measured `miss_rate`.
    """

    quiet: float | None
    possible: float
    absent: float
    miss_rate: float


@dataclass(frozen=True)
class CompactWeights:
    """All that the compact reader knows; `types` names the columns of every array."""

    types: tuple[str, ...]
    segments: SegmentModel
    context: ContextModel
    extents: ExtentModel
    bars: Mapping[str, Bars]
    sha256: str = ""


def save_weights(weights: CompactWeights, path: Path) -> str:
    """Write the file and give back its SHA-256; the same weights always make the same bytes."""
    manifest = {
        "format": _FORMAT,
        "types": list(weights.types),
        "bars": {name: asdict(bars) for name, bars in weights.bars.items()},
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
        bars={name: Bars(**bars) for name, bars in manifest["bars"].items()},
        sha256=sha256,
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
