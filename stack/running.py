"""`scripts/run`: sets up what is missing, starts the stack, says where it is, and stays with it unless detached."""

import fcntl
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from services.core.clock import SystemClock
from services.core.settings import Settings, load
from services.core.zone import zone_of
from services.store.engine import Away, connect
from stack import grafana, owner_link, preparation
from stack.choice import Choice
from stack.layout import Layout
from stack.ports import Ports, refuse_taken
from stack.problem import StackError
from stack.processes import marked
from stack.starting import start
from stack.state import State, known, settings_of
from stack.stopping import stop
from stack.supervision import Supervisor


def run(layout: Layout, choice: Choice, detach: bool) -> int:
    """The command; 0 when the stack runs, or has run and was stopped."""
    settings = load(data_dir=layout.data)
    zone_of(settings.time_zone)
    layout.make()
    _interrupt_on(signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    with _alone(layout):
        if Supervisor(layout).alive():
            print(f"It already runs in {layout.data}; scripts/stop ends it.")
            announce(layout, settings, known(layout), [])
            return 0
        process = _set_up_and_start(layout, settings, choice)
    return 0 if detach else _stay(layout, process)


def announce(layout: Layout, settings: Settings, state: State, remarks: list[str]) -> None:
    """Prints where everything is, how to sign in, and what is missing."""
    print()
    for what, where in addresses(state).items():
        print(f"  {what:<16} {where}")
    print(f"  {'Node-RED sign-in':<16} admin, with the password in {layout.secrets}/node_red_admin_password")
    link = _owner_link(layout, settings, state)
    if link:
        print(f"\nMake your account with this link; it works once, within 24 hours:\n  {link}")
    for remark in remarks:
        print(f"\n{remark}")
    print(flush=True)


def invite(layout: Layout) -> int:
    """`scripts/invite`: prints a one-time link that makes another owner's account."""
    try:
        link = _owner_link(layout, load(data_dir=layout.data), known(layout), another=True)
    except Away as error:
        raise StackError(f"the database of {layout.data} does not answer: start the stack with scripts/run") from error
    print(f"This link makes an owner's account; it works once, within 24 hours:\n  {link}")
    return 0


def addresses(state: State) -> dict[str, str]:
    """What people open or connect to."""
    ports, choice = state.ports, state.choice
    made = {
        "Gallery": f"http://127.0.0.1:{ports.gallery}",
        "Node-RED": f"http://127.0.0.1:{ports.node_red}",
        "Cameras send to": f"tcp://{_own_address()}:{ports.hub}",
        "MQTT": f"127.0.0.1:{ports.mosquitto}",
        "MariaDB": f"127.0.0.1:{ports.mariadb}",
    }
    if choice.lan:
        made["Gallery"] += f"  and, on your network, http://{_own_address()}:{ports.gallery}"
    return made | ({"Grafana": f"http://127.0.0.1:{ports.grafana}"} if choice.grafana else {})


def _set_up_and_start(layout: Layout, settings: Settings, choice: Choice) -> subprocess.Popen[bytes]:
    if marked(layout.data):
        print("Ending what an earlier run left behind", flush=True)
        stop(layout)
        layout.make()
    choice = replace(choice, grafana=grafana.found())
    ports = Ports.of(settings, choice.offset)
    without = set() if choice.grafana else {"grafana"}
    without |= set() if settings.rabbitmq_host else {"bridge"}
    refuse_taken(ports, {"hub", "ftp", "gallery"} if choice.lan else {"hub", "ftp"}, without)
    no_model = preparation.fetch(settings)
    remarks = no_model + ([] if choice.grafana else [grafana.HOW_TO_GET])
    preparation.prepare(layout, settings, ports)
    missing_demo = preparation.bring_demo(layout, ports) if choice.demo else []
    state = State(ports, replace(choice, demo=choice.demo and not missing_demo))
    try:
        process = start(layout, settings, state, {"detector"} if no_model else set())
    except BaseException:
        # The reader of either output may be what has ended; nothing is left half-started by that.
        with suppress(BrokenPipeError):
            print("Stopping what had been started", file=sys.stderr, flush=True)
        stop(layout)
        raise
    announce(layout, settings, state, remarks + missing_demo)
    return process


def _stay(layout: Layout, process: subprocess.Popen[bytes]) -> int:
    print("Ctrl-C stops it.", flush=True)
    try:
        process.wait()
    except KeyboardInterrupt:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        print("\nStopping", flush=True)
    stop(layout)
    print("Stopped.", flush=True)
    return 0


@contextmanager
def _alone(layout: Layout) -> Iterator[None]:
    with (layout.run / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _interrupt_on(*numbers: signal.Signals) -> None:
    # A shell starts background commands with SIGINT ignored, so that it too is set anew.
    for number in numbers:
        signal.signal(number, signal.default_int_handler)


def _owner_link(layout: Layout, settings: Settings, state: State, another: bool = False) -> str | None:
    given = "gallery_url" in settings.model_fields_set
    url = settings.gallery_url if given else f"http://127.0.0.1:{state.ports.gallery}"
    engine = connect(settings_of(layout, state.ports), pool_size=1)
    try:
        return owner_link.make(engine, url, SystemClock(), another)
    finally:
        engine.dispose()


def _own_address() -> str:
    """This machine's address on its network, as far as the routing table tells; no packet is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])
