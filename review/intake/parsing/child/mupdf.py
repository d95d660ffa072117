"""PyMuPDF, imported once without what it drags in, and silent.

It loads onnxruntime, numpy and networkx for features not used here: half a second and 80 MB in every process. (We load
numpy ourselves, for packing.py: a tenth of a second and 16 MB, once for all children.)
"""

import importlib
import sys
from typing import Any

_NOT_NEEDED = ("onnxruntime", "numpy", "networkx")

for _name in _NOT_NEEDED:
    sys.modules.setdefault(_name, None)  # type: ignore[arg-type]  # the documented way to make an import fail
pymupdf: Any = importlib.import_module("pymupdf")  # it has no types

for _name in _NOT_NEEDED:
    if sys.modules.get(_name, True) is None:
        del sys.modules[_name]

# The full import says this too: boxes as high as the font says, and the same for all who look with PyMuPDF.
pymupdf.TOOLS.unset_quad_corrections(True)
pymupdf.TOOLS.mupdf_display_errors(False)
pymupdf.TOOLS.mupdf_display_warnings(False)

__all__ = ["pymupdf"]
