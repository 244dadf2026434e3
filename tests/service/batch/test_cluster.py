"""The same run on a Ray cluster of several nodes, here as several raylets: the bytes of a local run, whatever dies."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

cluster_utils = pytest.importorskip("ray.cluster_utils", reason="needs the extra cluster")
MadeDump = Callable[..., Path]
STORE = 100_000_000
NODES = 3


@pytest.fixture(scope="module")
def cluster() -> Iterator[object]:
    """Three nodes of two processors each."""
    os.environ.update(AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="testing")
    node = {"num_cpus": 2, "object_store_memory": STORE, "include_dashboard": False}
    made = cluster_utils.Cluster(initialize_head=True, head_node_args=node)
    for _ in range(NODES - 1):
        made.add_node(num_cpus=2, object_store_memory=STORE)
    yield made
    made.shutdown()
    del os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]


def actors(cluster) -> list[int]:
    """Return the processes of this cluster that answer parts."""
    raylets = {node.all_processes["raylet"][0].process.pid for node in cluster.list_all_nodes()}
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((place / "stat").read_text().rsplit(")", 1)[1].split()[1])
            line = (place / "cmdline").read_bytes()
        except (OSError, IndexError):
            continue
        if parent in raylets and b"ray::MapWorker(MapBatches(AnswerParts)" in line:
            found.append(int(place.name))
    return found


def parts(folder: Path) -> list[Path]:
    return list(folder.glob("parts/[0-9]*"))


def test_a_cluster_writes_what_one_process_writes_though_a_worker_and_a_node_die(
    desk, dump: MadeDump, cluster
) -> None:
    inputs = [f"{number}.jsonl" for number in range(8)]
    for name in inputs:
        dump(150, name)
    assert desk("screen", *inputs, "--output", "local.parquet", "--processes", 1).code == 1
    options = ("--engine", "ray", "--address", cluster.address)
    process = desk.start("screen", *inputs, "--output", "ray.parquet", *options)
    deadline = time.monotonic() + 240
    while len(before := actors(cluster)) < 2 or not parts(desk.folder / "ray.parquet.run"):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert len(before) <= NODES  # of two processors a node, one is left to the reading
    os.kill(before[0], signal.SIGKILL)
    cluster.remove_node(cluster.worker_nodes.copy().pop())
    assert process.wait(240) == 1
    assert desk.read("local.parquet") == desk.read("ray.parquet")
    assert desk.manifest("local.parquet") == desk.manifest("ray.parquet")
    assert desk.read("local.parquet.run/outcomes.jsonl.gz") == desk.read("ray.parquet.run/outcomes.jsonl.gz")


def test_inputs_output_lists_and_index_in_an_object_store(desk, dump: MadeDump, cluster, s3: str) -> None:
    pytest.importorskip("pyarrow.fs")
    desk.upload(s3, "cluster/dump.jsonl", dump(120))
    desk("screen", "dump.jsonl", "--output", "local.csv")
    done = desk(
        "screen", f"s3://bucket/cluster{s3}", "--output", f"s3://bucket/cluster.csv{s3}",
        "--engine", "ray", "--address", cluster.address, "--processes", 2,
    )  # fmt: skip
    assert done.code == 1, done.err
    assert "skipped" in done.err, done.err
    assert desk.download(s3, "cluster.csv") == desk.read("local.csv")
    assert not [name for name in desk.listing(s3, "cluster.csv.run") if "/data/" in name or "/parts/" in name]


def test_names_too(desk, cluster) -> None:
    (desk.folder / "customers.csv").write_text("Firm;Nr\nKOMID;1\n;2\nBakery of Nowhere;3\nMahan Air;4\n")
    asked = ("match", "--input", "customers.csv", "--column", "name=Firm", "--column", "id=Nr", "--output")
    assert desk(*asked, "local.csv", "--processes", 1).code == 1
    done = desk(*asked, "ray.csv", "--engine", "ray", "--address", cluster.address)
    assert done.code == 1, done.err
    assert desk.read("ray.csv") == desk.read("local.csv")
    assert desk.read("ray.csv.run/outcomes.jsonl.gz") == desk.read("local.csv.run/outcomes.jsonl.gz")
