import threading

from flaskapp.live.fanout import QUEUE_MAX, Fanout, News


def picture(camera: str, number: int) -> News:
    return News("picture", f"picture:{camera}", {"camera": camera, "image": number})


def test_each_browser_gets_the_news() -> None:
    fanout = Fanout()
    one, other = fanout.join(), fanout.join()
    assert one is not None
    assert other is not None
    fanout.tell(picture("street", 1))
    assert one.take(0) == other.take(0) == [picture("street", 1)]


def test_a_slow_browser_gets_the_newest_of_each_camera_and_holds_up_nobody() -> None:
    fanout = Fanout()
    slow, quick = fanout.join(), fanout.join()
    assert slow is not None
    assert quick is not None
    for number in range(1000):
        fanout.tell(picture("street", number))
        fanout.tell(picture("garden", number))
        assert len(quick.take(0)) == 2
    assert [(news.data["camera"], news.data["image"], news.count) for news in slow.take(0)] == [
        ("street", 999, 1000),
        ("garden", 999, 1000),
    ]


def test_a_queue_is_bounded_whatever_comes() -> None:
    fanout = Fanout()
    slow = fanout.join()
    assert slow is not None
    for number in range(2 * QUEUE_MAX):
        fanout.tell(picture(f"camera-{number}", number))
    waiting = slow.take(0)
    assert len(waiting) == QUEUE_MAX
    assert waiting[-1].data["image"] == 2 * QUEUE_MAX - 1


def test_there_are_only_so_many_streams() -> None:
    fanout = Fanout(limit=2)
    one = fanout.join()
    assert one is not None
    assert fanout.join() is not None
    assert fanout.join() is None
    fanout.leave(one)
    assert fanout.join() is not None


def test_nothing_new_is_an_empty_answer() -> None:
    stream = Fanout().join()
    assert stream is not None
    assert stream.take(0.01) == []


def test_closing_wakes_who_waits() -> None:
    fanout = Fanout()
    stream = fanout.join()
    assert stream is not None
    taken: list[list[News]] = []
    waiter = threading.Thread(target=lambda: taken.append(stream.take(60)))
    waiter.start()
    fanout.close()
    waiter.join(10)
    assert (taken, stream.closed, fanout.join()) == ([[]], True, None)
