"""Exact decimals in Arrow from scaled whole numbers, without a Python object per cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from numpy.typing import NDArray


def from_scaled(
    values: NDArray[np.int64], kind: pa.Decimal128Type, missing: NDArray[np.bool_] | None = None
) -> pa.Array:
    """A decimal array from whole numbers scaled by ``10 ** kind.scale``.

    Args:
        values: For scale 2, cents.
        missing: True where there is no value.
    """
    words = np.empty((len(values), 2), dtype="<i8")  # 128 bit, little endian, two's complement
    words[:, 0] = values
    words[:, 1] = values >> 63
    validity, gaps = None, 0
    if missing is not None and missing.any():
        gaps = int(missing.sum())
        validity = pa.py_buffer(np.packbits(~missing, bitorder="little").tobytes())
    return pa.Array.from_buffers(kind, len(values), [validity, pa.py_buffer(words.tobytes())], null_count=gaps)
