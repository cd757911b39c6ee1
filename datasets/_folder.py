"""Data of the user: files in the folder that the environment variable DESCENT_LAB_DATA names, read and checked.

Two formats. IDX (LeCun's): two zero bytes, a type (8: unsigned bytes), the number of dimensions, the sizes as big-endian
uint32, then the values; plain or gzipped. CIFAR-10's binary version: records of one byte for the class and 3072 for the red,
the green and the blue plane of a picture. Its Python version is a pickle, which runs code when it is read: it is refused.

A file is checked once for each time and size that it has on the disk, in pieces, so that a check keeps nothing in memory.
"""

from __future__ import annotations

import functools
import gzip
import os
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

import numpy as np

from core.types import Dataset, Values
from core.words import N_

VARIABLE = "DESCENT_LAB_DATA"
CLASSES, SIDE, TRAIN = 10, 28, 5000
MOST = 200_000  # pictures in a file
PIECE = 300  # pictures that are read at a time while a file is checked
PIXELS, LABELS = 2051, 2049  # magic numbers of IDX: bytes in three dimensions, and in one
RECORD = 1 + 32 * 32 * 3
PYTHON = "data_batch_1"  # the name that CIFAR-10's pickles have


class BadFileError(Exception):
    """A file that cannot be used: a template, and what fills it."""

    def __init__(self, message: str, **args: Any):
        super().__init__(message.format(**args))
        self.message, self.args_ = message, args


class Format(NamedTuple):
    """check: (file open for reading, its name) → how many pictures or labels, or BadFileError. read: the same → uint8[n, …]."""

    check: Callable[[BinaryIO, str], int]
    read: Callable[[BinaryIO, str], np.ndarray]


class Source(NamedTuple):
    """Where a set lies.

    Attributes:
      folders: below DESCENT_LAB_DATA, the first that is there counts. files: (name, format) each, all are needed.
      sample: files → x uint8[n, features], y int32[n].
    """

    folders: tuple[str, ...]
    files: tuple[tuple[str, Format], ...]
    sample: Callable[[Sequence[np.ndarray]], tuple[np.ndarray, np.ndarray]]


# IDX ------------------------------------------------------------------------------------------------------------------


def _header(file: BinaryIO, name: str, magic: int) -> tuple[int, ...]:
    """The sizes, after the magic number has been compared."""
    head = file.read(4)
    found = int.from_bytes(head, "big")
    if len(head) < 4 or found != magic:
        raise BadFileError(
            N_("{file} begins with {found} and not with the magic number {magic}"), file=name, found=found, magic=magic
        )
    words = magic % 256
    sizes = tuple(int.from_bytes(file.read(4), "big") for _ in range(words))
    if sizes[1:] not in ((), (SIDE, SIDE)) or not 0 < sizes[0] <= MOST:
        written = " × ".join(map(str, sizes))
        raise BadFileError(N_("{file} has the sizes {sizes}; pictures of 28 × 28 are wanted"), file=name, sizes=written)
    return sizes


def _check_idx(file: BinaryIO, name: str, magic: int) -> int:
    count, *sides = _header(file, name, magic)
    each = int(np.prod(sides, initial=1))
    there = 0
    while piece := file.read(PIECE * SIDE * SIDE):
        there += len(piece)
        if there > count * each:
            break
        if magic == LABELS:
            _classes(np.frombuffer(piece, np.uint8), name)
    if there != count * each:
        more = N_("{file} holds more than the {count} values that it announces")
        less = N_("{file} ends after {found} of the {count} values that it announces")
        raise BadFileError(more if there > count * each else less, file=name, found=there, count=count * each)
    return count


def _read_idx(file: BinaryIO, name: str, magic: int) -> np.ndarray:
    sizes = _header(file, name, magic)
    return np.frombuffer(file.read(int(np.prod(sizes))), np.uint8).reshape(sizes[0], -1)


def _classes(labels: np.ndarray, name: str) -> None:
    if labels.size and labels.max() >= CLASSES:
        raise BadFileError(N_("{file} has a class {found}; there are 0 to 9"), file=name, found=int(labels.max()))


IDX_PIXELS = Format(functools.partial(_check_idx, magic=PIXELS), functools.partial(_read_idx, magic=PIXELS))
IDX_LABELS = Format(functools.partial(_check_idx, magic=LABELS), functools.partial(_read_idx, magic=LABELS))
IDX_FILES = (
    ("train-images-idx3-ubyte", IDX_PIXELS),
    ("train-labels-idx1-ubyte", IDX_LABELS),
    ("t10k-images-idx3-ubyte", IDX_PIXELS),
    ("t10k-labels-idx1-ubyte", IDX_LABELS),
)


def idx_samples(files: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Of the training files, then of the test files."""
    x, y, more, classes = files
    return np.concatenate([x, more]), np.concatenate([y, classes])[:, 0].astype(np.int32)


# CIFAR-10 -------------------------------------------------------------------------------------------------------------


def _check_cifar(file: BinaryIO, name: str) -> int:
    count = 0
    while piece := file.read(PIECE * RECORD):
        if len(piece) % RECORD or count > MOST:
            raise BadFileError(N_("{file} is no sequence of records of {size} bytes"), file=name, size=RECORD)
        _classes(np.frombuffer(piece, np.uint8)[::RECORD], name)
        count += len(piece) // RECORD
    if not count:
        raise BadFileError(N_("{file} is empty"), file=name)
    return count


def _read_cifar(file: BinaryIO, name: str) -> np.ndarray:
    return np.frombuffer(file.read(), np.uint8).reshape(-1, RECORD)


CIFAR = Format(_check_cifar, _read_cifar)
CIFAR_FILES = tuple((name, CIFAR) for name in (*(f"data_batch_{i}.bin" for i in range(1, 6)), "test_batch.bin"))


def cifar_samples(files: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Rows, columns, colours; in the files it is colours, rows, columns."""
    records = np.concatenate(files)
    pixels = records[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    return np.ascontiguousarray(pixels).reshape(len(records), -1), records[:, 0].astype(np.int32)


# Any of them ----------------------------------------------------------------------------------------------------------


def _opened(path: Path) -> BinaryIO:
    return cast(BinaryIO, gzip.open(path) if path.suffix == ".gz" else path.open("rb"))


def _found(source: Source) -> Iterator[tuple[Path, Format]]:
    """The files, in order; BadFileError where one is missing."""
    place = os.environ.get(VARIABLE)
    if not place:
        wanted = f"{source.folders[0]}/{source.files[0][0]}"
        raise BadFileError(
            N_("set {variable} to the folder that holds {wanted} and the others"), variable=VARIABLE, wanted=wanted
        )
    folders = [Path(place) / name for name in source.folders]
    folder = next((folder for folder in folders if folder.is_dir()), None)
    if folder is None:
        listed = ", ".join(source.folders)
        raise BadFileError(N_("the folder of {variable} holds none of {listed}"), variable=VARIABLE, listed=listed)
    for name, format_ in source.files:
        names = [name, f"{name}.gz", name.replace("-idx", ".idx"), f"{name.replace('-idx', '.idx')}.gz"]
        path = next((folder / each for each in names if (folder / each).is_file()), None)
        if path is None and (folder / PYTHON).is_file():
            pickled = N_("{file} is a Python pickle, which runs code when it is read; take the binary version of CIFAR-10")
            raise BadFileError(pickled, file=PYTHON)
        if path is None:
            raise BadFileError(N_("{file} is missing in the folder {folder}"), file=name, folder=folder.name)
        yield path, format_


@functools.lru_cache(maxsize=64)
def _count(path: Path, format_: Format, _time: int, _size: int) -> int | BadFileError:
    """Pictures or labels in a file, or what is wrong with it."""
    try:
        with _opened(path) as file:
            return format_.check(file, path.name)
    except BadFileError as error:
        return error
    except (OSError, EOFError, zlib.error) as error:
        return BadFileError(N_("{file} cannot be read: {why}"), file=path.name, why=str(error) or type(error).__name__)


def _counts(source: Source) -> list[tuple[Path, int]]:
    counted = []
    for path, format_ in _found(source):
        stat = path.stat()
        count = _count(path, format_, stat.st_mtime_ns, stat.st_size)
        if isinstance(count, BadFileError):
            raise count
        counted.append((path, count))
    if source.sample is idx_samples:
        for (_, pixels), (path, labels) in zip(counted[::2], counted[1::2], strict=True):
            if pixels != labels:
                message = N_("{file} has {labels} classes for {pixels} pictures")
                raise BadFileError(message, file=path.name, labels=labels, pixels=pixels)
    return counted


def missing(source: Source) -> tuple[str, Mapping[str, Any]] | None:
    """What is to be done before the set can be used, as Dataset.missing has it."""
    try:
        _counts(source)
    except BadFileError as error:
        return error.message, error.args_
    except OSError as error:
        return N_("{file} cannot be read: {why}"), {"file": Path(str(error.filename)).name, "why": str(error.strerror)}
    return None


def count(source: Source, full: int) -> int:
    """Samples that are there; those of the full set where none are."""
    try:
        counted = [count for _, count in _counts(source)]
    except (BadFileError, OSError):
        return full
    return sum(counted) // (2 if source.sample is idx_samples else 1)


@functools.lru_cache(maxsize=2)
def _read(source: Source, _stamp: tuple[Any, ...]) -> tuple[np.ndarray, np.ndarray]:
    arrays = []
    for path, format_ in _found(source):
        with _opened(path) as file:
            arrays.append(format_.read(file, path.name))
    return source.sample(arrays)


def read(source: Source) -> tuple[np.ndarray, np.ndarray]:
    """X uint8[n, features], y int32[n]; the two sets that were read last stay in memory."""
    paths = [path for path, _ in _found(source)]
    return _read(source, tuple((path, path.stat().st_mtime_ns, path.stat().st_size) for path in paths))


def dataset(key: str, where: Source, samples: int, **more: Any) -> Dataset:
    """The record of a set out of such files."""

    def load(rng: np.random.Generator, values: Values) -> tuple[np.ndarray, np.ndarray]:
        return read(where)

    return Dataset(
        key=key,
        load=load,
        samples=samples,
        train=TRAIN,
        missing=lambda: missing(where),
        counted=lambda: count(where, samples),
        **more,
    )
