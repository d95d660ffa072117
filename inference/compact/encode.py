"""One pass of the encoder over a text of any length: what every token and every segment says of all clause types.

Time grows linearly with the text; besides the result, memory is that of a few windows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from inference.tokens import Pieces, WordPieces

from .context import Floats
from .encoder import Encoder
from .readout import Readout
from .segments import Segment
from .windows import CORE, Window, windows

Halves = npt.NDArray[np.float16]

_TOGETHER = 4  # windows of one length that are read in one go
_SHORT_TOGETHER = 16  # short texts that are read in one go, neighbours in length


@dataclass(frozen=True)
class Encoded:
    """Log-odds `inside` [pieces, types] and `odds` [segments, types]."""

    pieces: Pieces
    inside: Halves
    odds: Floats


@dataclass(frozen=True)
class EncoderModel:
    """The encoder with its heads and its vocabulary."""

    encoder: Encoder
    readout: Readout
    pieces: WordPieces

    @torch.inference_mode()
    def read(self, text: str, segments: Sequence[Segment]) -> Encoded:
        """Everything the encoder says of one text."""
        pieces = self.pieces.cut(text, [(segment.start, segment.end) for segment in segments])
        pool = _Pool(self.readout, len(segments))
        inside = np.empty((len(pieces), self.readout.inside.out_features), np.float16)
        for group in _groups(windows(len(pieces))):
            vectors = self.encoder(self._ids(pieces, group))
            for row, window in enumerate(group):
                begin = window.core_first - window.first + 1
                core = vectors[row, begin : begin + window.core_last - window.core_first]
                kept = slice(window.core_first, window.core_last)
                inside[kept] = pool.add(core, pieces.owners[kept]).to(torch.float16).numpy()
        return Encoded(pieces, inside, pool.odds())

    @torch.inference_mode()
    def vectors(self, texts: Sequence[str]) -> Floats:
        """Vectors of length one of short texts, each read alone and to the end of its first window; [texts, width]."""
        begins = np.concatenate([[0], np.cumsum([len(text) + 1 for text in texts])])
        spans = [(int(a), int(b) - 1) for a, b in pairwise(begins)]
        pieces = self.pieces.cut("\n".join(texts), spans)
        bounds = np.searchsorted(pieces.owners, np.arange(len(texts) + 1))
        rows = [pieces.ids[a : min(b, a + CORE)] for a, b in pairwise(bounds)]
        made = torch.zeros(len(texts), self.encoder.shape.width)
        order = sorted(range(len(texts)), key=lambda number: len(rows[number]))
        for first in range(0, len(order), _SHORT_TOGETHER):
            some = order[first : first + _SHORT_TOGETHER]
            made[some] = self._means([rows[number] for number in some])
        lengths = made.norm(dim=1, keepdim=True).clamp(min=1e-6)
        unit: Floats = (made / lengths).numpy()
        return unit

    def _means(self, rows: Sequence[npt.NDArray[np.int64]]) -> Tensor:
        """The mean vector of each row's own pieces, [rows, width]; zeros for a row without any."""
        ids = np.full((len(rows), max(map(len, rows)) + 2), self.pieces.blank, np.int64)
        own = np.zeros(ids.shape, np.bool_)
        for number, row in enumerate(rows):
            ids[number, 0], ids[number, len(row) + 1] = self.pieces.begin, self.pieces.end
            ids[number, 1 : len(row) + 1] = row
            own[number, 1 : len(row) + 1] = True
        vectors: Tensor = self.encoder(torch.from_numpy(ids), torch.from_numpy(ids != self.pieces.blank))
        kept = torch.from_numpy(own)[..., None]
        return (vectors * kept).sum(dim=1) / kept.sum(dim=1).clamp(min=1)

    def _ids(self, pieces: Pieces, group: Sequence[Window]) -> Tensor:
        ids = np.empty((len(group), len(group[0]) + 2), np.int64)
        ids[:, 0], ids[:, -1] = self.pieces.begin, self.pieces.end
        for row, window in enumerate(group):
            ids[row, 1:-1] = pieces.ids[window.first : window.last]
        return torch.from_numpy(ids)


class _Pool:
    """Gathers token vectors by segment while the windows go by, as `readout.pooled` does in one piece."""

    def __init__(self, readout: Readout, segments: int) -> None:
        width, types = readout.inside.in_features, readout.inside.out_features
        self._readout = readout
        self._sum = torch.zeros(segments, width)
        self._count = torch.zeros(segments, 1)
        self._highest = torch.full((segments, width), -20.0)
        self._peak = torch.full((segments, types), -20.0)

    def add(self, vectors: Tensor, owners: npt.NDArray[np.int64]) -> Tensor:
        """Take in token vectors [tokens, width] of segments in order; gives back their `inside` log-odds."""
        inside: Tensor = self._readout.inside(vectors)
        if len(owners) == 0:
            return inside
        cuts = [0, *(np.flatnonzero(np.diff(owners)) + 1), len(owners)]
        for first, last in pairwise(cuts):
            own = int(owners[first])
            some = vectors[first:last]
            self._sum[own] += some.sum(dim=0)
            self._count[own] += last - first
            torch.maximum(self._highest[own], some.amax(dim=0), out=self._highest[own])
            torch.maximum(self._peak[own], inside[first:last].amax(dim=0), out=self._peak[own])
        return inside

    def odds(self) -> Floats:
        """Log-odds [segments, types]."""
        mean = self._sum / self._count.clamp(min=1)
        pooled = torch.cat([mean, self._highest], dim=1)
        odds: Floats = (self._readout.segment(pooled) + self._readout.peak * self._peak).numpy()
        return odds


def _groups(cut: Iterator[Window]) -> Iterator[list[Window]]:
    """Neighbouring windows of one length, a few together."""
    group: list[Window] = []
    for window in cut:
        if group and (len(window) != len(group[0]) or len(group) == _TOGETHER):
            yield group
            group = []
        group.append(window)
    if group:
        yield group
