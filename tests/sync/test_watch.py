"""A watched folder: taken in when it has settled, moved and never deleted, also when the watching ends on the way."""

import io
import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sync_material import returned_schedule

from sync.collect import Collected
from sync.ingest import Reader
from sync.settings import Settings
from sync.store import Store, submissions
from sync.watch import Watched, watch


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "ind"
    made.mkdir()
    return made


@pytest.fixture
def watching(folder: Path, store: Store, reader: Reader, settings: Settings) -> Callable[..., list[Collected]]:
    """Watch for as many looks as there are things to do between them, and one more."""

    def run(*between: Callable[[], object], settings: Settings = settings) -> list[Collected]:
        steps: Iterator[Callable[[], object]] = iter(between)

        def pause() -> bool:
            step = next(steps, None)
            if step is not None:
                step()
            return step is None

        return list(watch(folder, store, reader, settings, pause))

    return run


def nothing() -> None:
    """A pause in which nothing happens."""


def left(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_file_is_taken_in_once_it_has_settled_and_moved_by_what_became_of_it(
    folder: Path, watching: Callable[..., list[Collected]]
) -> None:
    (folder / "skema.xlsx").write_bytes(returned_schedule())
    (folder / "fejl.xlsx").write_bytes(returned_schedule(changes={(3, "Start"): None}))
    (folder / "scan.pdf").write_bytes(b"%PDF-1.7")
    done = watching(nothing)
    assert {one.path.name: one.ingested and one.ingested.status.value for one in done} == {
        "skema.xlsx": "accepted",
        "fejl.xlsx": "has_problems",
        "scan.pdf": "refused",
    }
    assert left(folder) == {"modtaget/skema.xlsx", "modtaget/fejl.xlsx", "afvist/scan.pdf"}


def test_a_file_that_grows_is_waited_for(folder: Path, watching: Callable[..., list[Collected]]) -> None:
    content = returned_schedule()
    file = folder / "skema.xlsx"
    file.write_bytes(content[:1000])

    def grow() -> None:
        assert left(folder) == {"skema.xlsx"}
        file.write_bytes(content)

    (done,) = watching(grow, lambda: left(folder) == {"skema.xlsx"}, nothing)
    assert done.ingested is not None
    assert done.ingested.status == "accepted"
    assert (folder / "modtaget" / "skema.xlsx").read_bytes() == content


def test_a_file_of_the_same_name_is_not_overwritten(folder: Path, watching: Callable[..., list[Collected]]) -> None:
    contents = [returned_schedule(), returned_schedule(changes={(3, "Slut"): "07:45"}), b"%PDF-1.7"]
    for content in contents:
        (folder / "skema.xlsx").write_bytes(content)
        watching(nothing)
    assert {name: (folder / name).read_bytes() for name in left(folder)} == {
        "modtaget/skema.xlsx": contents[0],
        "modtaget/skema (2).xlsx": contents[1],
        "afvist/skema.xlsx": contents[2],
    }


def test_watching_that_ends_before_a_file_was_moved_takes_it_once_all_the_same(
    folder: Path, watching: Callable[..., list[Collected]], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "skema.xlsx").write_bytes(returned_schedule())

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as ending:
        ending.setattr("sync.watch._move", killed)
        with pytest.raises(KeyboardInterrupt):
            watching(nothing)
    assert left(folder) == {"skema.xlsx"}
    (again,) = watching(nothing)
    assert again.ingested is not None
    assert (again.ingested.version, again.ingested.is_new) == (1, False)
    assert left(folder) == {"modtaget/skema.xlsx"}
    with store.engine.connect() as connection:
        assert len(submissions.received_files(connection)) == 1


def test_files_of_the_system_folders_and_links_are_left_where_they_are(
    folder: Path, tmp_path: Path, watching: Callable[..., list[Collected]]
) -> None:
    (folder / "~$skema.xlsx").write_bytes(b"x")
    (folder / "mappe").mkdir()
    (folder / "mappe" / "skema.xlsx").write_bytes(returned_schedule())
    (tmp_path / "andet.xlsx").write_bytes(returned_schedule())
    (folder / "link.xlsx").symlink_to(tmp_path / "andet.xlsx")
    assert watching(nothing) == []
    assert left(folder) == {"~$skema.xlsx", "mappe/skema.xlsx", "link.xlsx"}


def test_an_archive_gives_its_files_and_is_refused_where_one_of_them_is(
    folder: Path, watching: Callable[..., list[Collected]]
) -> None:
    for name, held in (("god", {"a.xlsx": returned_schedule()}), ("blandet", {"b.xlsx": b"x", "c.xlsx": b"y"})):
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            for inside, content in held.items():
                archive.writestr(inside, content)
        (folder / f"{name}.zip").write_bytes(target.getvalue())
    assert sorted(one.path.name for one in watching(nothing)) == ["a.xlsx", "b.xlsx", "c.xlsx"]
    assert left(folder) == {"modtaget/god.zip", "afvist/blandet.zip"}


def test_a_file_that_is_too_large_is_not_read_and_kept(
    folder: Path, watching: Callable[..., list[Collected]], settings: Settings, store: Store
) -> None:
    (folder / "stor.xlsx").write_bytes(b"x" * 2_000)
    (done,) = watching(nothing, settings=settings.model_copy(update={"max_upload_bytes": 1_000}))
    assert done.ingested is None
    assert "for stor" in done.trouble
    assert left(folder) == {"afvist/stor.xlsx"}
    with store.engine.connect() as connection:
        assert submissions.received_files(connection) == []


def test_a_file_that_cannot_be_opened_is_told_once_and_tried_again(
    folder: Path, watching: Callable[..., list[Collected]], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = folder / "skema.xlsx"
    file.write_bytes(returned_schedule())
    real = Path.read_bytes

    def in_use(path: Path) -> bytes:
        if path == file:
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", in_use)
    told, taken = watching(nothing, nothing, nothing, lambda: monkeypatch.setattr(Path, "read_bytes", real))
    assert (told.trouble, left(folder)) == ("Permission denied", {"modtaget/skema.xlsx"})
    assert taken.ingested is not None


def test_files_are_taken_in_the_order_they_were_last_changed(folder: Path) -> None:
    watched = Watched(folder)
    for moment, name in ((30, "a"), (10, "c"), (20, "b")):
        (folder / name).write_bytes(b"x")
        os.utime(folder / name, (moment, moment))
    assert watched.settled() == []
    assert [path.name for path in watched.settled()] == ["c", "b", "a"]
