from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.spool import Record, SpoolReader, SpoolWriter, read_all, segments


def record(number: int) -> Record:
    return {"kind": "image", "id": str(number), "text": "Füße \ud800 ~"}


def put(writer: SpoolWriter, *numbers: int) -> None:
    writer.append(map(record, numbers))
    writer.close_group()


def drain(reader: SpoolReader, most: int = 100) -> list[str]:
    got: list[str] = []
    while (batch := reader.read(most)).records:
        got += [one["id"] for one in batch.records]
        reader.drained(batch)
    reader.drained(batch)
    return got


@given(st.lists(st.integers(1, 5), max_size=30), st.integers(1, 7), st.integers(60, 400))
def test_what_goes_in_comes_out_once_and_in_order(groups: list[int], most: int, segment_bytes: int) -> None:
    import tempfile  # noqa: PLC0415 (hypothesis runs many examples in one test: tmp_path would be shared)

    with tempfile.TemporaryDirectory() as folder:
        writer = SpoolWriter(Path(folder), segment_bytes)
        numbers = iter(range(1000))
        expected = [[next(numbers) for _ in range(size)] for size in groups]
        for group in expected:
            put(writer, *group)
        assert drain(SpoolReader(Path(folder)), most) == [str(number) for group in expected for number in group]
        assert list(read_all(Path(folder))) == []
        assert len(segments(Path(folder))) == 1


def test_a_batch_that_was_not_drained_is_read_again_after_a_restart(tmp_path: Path) -> None:
    put(SpoolWriter(tmp_path), 1, 2)
    assert len(SpoolReader(tmp_path).read(10).records) == 2
    assert drain(SpoolReader(tmp_path)) == ["1", "2"]
    assert drain(SpoolReader(tmp_path)) == []


def test_an_open_group_waits_until_it_is_closed(tmp_path: Path) -> None:
    writer = SpoolWriter(tmp_path)
    writer.append([record(1)])
    reader = SpoolReader(tmp_path)
    assert drain(reader) == []
    writer.close_group()
    assert drain(reader) == ["1"]


def test_a_group_that_a_killed_writer_left_open_is_doubtful(tmp_path: Path) -> None:
    killed = SpoolWriter(tmp_path)
    put(killed, 1)
    killed.append([record(2)])
    put(SpoolWriter(tmp_path), 3)
    reader = SpoolReader(tmp_path)
    doubts = []
    while (batch := reader.read(1)).records:
        doubts.append((batch.records[0]["id"], batch.doubtful))
        reader.drained(batch)
    assert doubts == [("1", False), ("2", True), ("3", False)]


def test_a_group_that_was_taken_back_is_gone(tmp_path: Path) -> None:
    writer = SpoolWriter(tmp_path)
    put(writer, 1)
    writer.append([record(2)])
    writer.take_back()
    put(writer, 3)
    assert drain(SpoolReader(tmp_path)) == ["1", "3"]


@pytest.mark.parametrize("cut", range(1, 40))
def test_a_torn_end_hides_nothing_that_was_closed_before_it(tmp_path: Path, cut: int) -> None:
    writer = SpoolWriter(tmp_path)
    put(writer, 1, 2)
    whole = segments(tmp_path)[0].stat().st_size
    put(writer, 3)
    segment = segments(tmp_path)[0]
    segment.write_bytes(segment.read_bytes()[: whole + cut])
    put(SpoolWriter(tmp_path), 4)
    assert drain(SpoolReader(tmp_path))[:2] == ["1", "2"]
    assert drain(SpoolReader(tmp_path)) == []


def test_the_depth_is_what_waits(tmp_path: Path) -> None:
    writer = SpoolWriter(tmp_path, segment_bytes=100)
    reader = SpoolReader(tmp_path)
    assert reader.depth() == 0
    put(writer, *range(5))
    put(writer, *range(5, 9))
    assert reader.depth() > 200
    drain(reader)
    assert reader.depth() == 0


def test_a_writer_that_nobody_holds_any_more_keeps_no_file_open(tmp_path: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    for number in range(20):
        SpoolWriter(tmp_path / str(number)).append([{"id": "1"}])
    closed = SpoolWriter(tmp_path / "closed")
    closed.close()
    closed.close()
    assert len(list(Path("/proc/self/fd").iterdir())) == before
