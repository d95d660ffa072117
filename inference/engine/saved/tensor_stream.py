"""Tensors as the bytes of a safetensors file, written and read from front to back; knows neither files nor seals.

The library wants a whole file in memory, and a chunk of a large model's keys and values takes hundreds of megabytes.
"""

import json
import math
from collections.abc import Callable, Mapping

import torch
from torch import Tensor

_CODES: dict[torch.dtype, str] = {
    torch.float64: "F64",
    torch.float32: "F32",
    torch.bfloat16: "BF16",
    torch.float16: "F16",
    torch.int64: "I64",
    torch.int32: "I32",
    torch.int16: "I16",
    torch.int8: "I8",
    torch.uint8: "U8",
}
_DTYPES = {code: dtype for dtype, code in _CODES.items()}
Place = Callable[[str, torch.dtype, tuple[int, ...]], Tensor]


def write_tensors(write: Callable[[memoryview | bytes], None], tensors: Mapping[str, Tensor]) -> None:
    """Write tensors of any device in their order, one at a time in main memory."""
    header: dict[str, object] = {}
    end = 0
    for name, tensor in tensors.items():
        begin, end = end, end + tensor.nbytes
        header[name] = {
            "dtype": _CODES[tensor.dtype],
            "shape": list(tensor.shape),
            "data_offsets": [begin, end],
        }
    described = json.dumps(header).encode()
    described += b" " * (-len(described) % 8)
    write(len(described).to_bytes(8, "little") + described)
    for tensor in tensors.values():
        write(_bytes_of(tensor.cpu().contiguous()))


def read_tensors(read: Callable[[int], bytes], read_into: Callable[[memoryview], None], place: Place) -> None:
    """Read what `write_tensors` wrote; `place` gives a contiguous tensor in main memory for each to lie in."""
    header = json.loads(read(int.from_bytes(read(8), "little")))
    for name, told in header.items():
        shape = tuple(told["shape"])
        tensor = place(name, _DTYPES[told["dtype"]], shape)
        assert tensor.numel() == math.prod(shape)
        read_into(_bytes_of(tensor))


def _bytes_of(tensor: Tensor) -> memoryview:
    """The memory of a contiguous tensor of the main memory."""
    return tensor.view(-1).view(torch.uint8).numpy().data
