import threading

from services.ftp.watching import Watching


def test_where_no_folder_is_watched_the_loop_comes_round_all_the_same() -> None:
    stopping = threading.Event()
    Watching([]).work(stopping, stopping.set)
    assert stopping.is_set()
