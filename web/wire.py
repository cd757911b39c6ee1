"""The binary answer that the player reads.

It is: header length (uint32, little-endian), a JSON header padded with spaces to a multiple of four, then the arrays as
little-endian float32. An array's `offset` counts bytes from the end of the header. A number too large for float32 is sent
as the largest float32.
"""

from __future__ import annotations

import json
import struct
from typing import Any

import numpy as np

LARGEST = np.finfo(np.float32).max


def pack(header: dict[str, Any], arrays: dict[str, np.ndarray]) -> bytes:
    rows, offset = [], 0
    for name, array in arrays.items():
        rows.append({"name": name, "shape": array.shape, "offset": offset})
        offset += 4 * array.size
    text = json.dumps({**header, "arrays": rows}, separators=(",", ":"), allow_nan=False).encode()
    text += b" " * (-len(text) % 4)
    numbers = np.concatenate([array.ravel() for array in arrays.values()]) if arrays else np.empty(0)
    return b"".join([struct.pack("<I", len(text)), text, np.clip(numbers, -LARGEST, LARGEST).astype("<f4").tobytes()])
