# shellcheck shell=bash
# Read in by the commands: sets up system packages and the Python environment, once. Details go to .tools/setup.log.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
tools=$root/.tools
log=$tools/setup.log

die() { # die STATUS TEXT…
    local status=$1
    shift
    printf '%s\n' "$@" >&2
    exit "$status"
}

step() { # step TITLE COMMAND…: one line of progress; the end of the log when it fails
    local title=$1 start=$SECONDS
    shift
    printf '%s … ' "$title"
    if "$@" >>"$log" 2>&1; then
        printf '%d s\n' $((SECONDS - start))
    else
        printf 'failed\n'
        tail -n 20 "$log" >&2
        die 1 "All of it is in $log. Is the machine connected to the internet? Then start again: what is done stays done."
    fi
}

bootstrap() { # bootstrap run|test: everything that the command needs; seconds when it is there
    [ "$(uname -s)" = Linux ] || die 2 "Without containers Hearthwatch runs on Linux only. Here, use docker compose: see README.md."
    set_up_alone
    system_packages "$1"
    tools_environment
    python_environment "$1"
    exec 9>&-
}

bootstrap_tools() { # only what scripts/setup needs
    set_up_alone
    find_python || die 2 "Python 3.11 to 3.13 with its venv module is missing: apt-get install python3 python3-venv"
    tools_environment
    exec 9>&-
}

need_environment() { # for commands that make sense only after the first scripts/run
    [ -x "$root/.venv/bin/python" ] || die 2 "Nothing is set up yet: start with scripts/run (or scripts/test)."
}

set_up_alone() {
    mkdir -p "$tools"
    exec 9>"$tools/lock"
    flock -n 9 || { echo "Another set-up is under way in this folder: waiting for it"; flock 9; }
}

has() { PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin" command -v "$1" >/dev/null; }

find_python() { # sets $python
    local name
    for name in python3 python3.13 python3.12 python3.11 /usr/bin/python3; do
        python=$("$name" -c 'import sys, venv, ensurepip
assert (3, 11) <= sys.version_info < (3, 14)
print(sys.executable)' 2>/dev/null) && return 0
    done
    return 1
}

system_packages() {
    local missing=()
    find_python || missing+=(python3 python3-venv)
    { has mariadbd && has mariadb-install-db && has my_print_defaults; } || missing+=(mariadb-server-core mariadb-client-core)
    has mosquitto || missing+=(mosquitto)
    has ffmpeg || missing+=(ffmpeg)
    [ "$1" = run ] || has chromium || missing+=(chromium)
    [ "$1" = run ] || has rabbitmq-server || missing+=(rabbitmq-server)
    # The tests' cameras: GStreamer's RTSP server, for the distribution's own Python.
    [ "$1" = run ] || /usr/bin/python3 -c 'import gi; gi.require_version("GstRtspServer", "1.0")' 2>/dev/null ||
        missing+=(python3-gi gir1.2-gst-rtsp-server-1.0 gstreamer1.0-{plugins-{base,good,bad,ugly},libav,x})
    [ "$1" = run ] || has curl || missing+=(curl)
    [ "$1" = run ] || has lftp || missing+=(lftp)
    [ ${#missing[@]} -gt 0 ] || return 0
    may_install || die 2 "These programs are missing: ${missing[*]} (the names of Debian's packages)." \
        "Install them with your system's package manager, then start again:" \
        "  Debian, Ubuntu:  sudo apt-get install ${missing[*]}" \
        "  others:          Python 3.11 to 3.13 with venv, MariaDB 10.11 or newer, Mosquitto 2, ffmpeg; Chromium, RabbitMQ, curl and lftp for the tests"
    step "Installing ${missing[*]} (apt)" install_packages "${missing[@]}"
    find_python || die 2 "This system's Python is too old: Hearthwatch needs Python 3.11 to 3.13 (Debian 12, Ubuntu 24.04 or newer)."
}

may_install() {
    has apt-get || return 1
    [ "$(id -u)" = 0 ] || { has sudo && { sudo -n true 2>/dev/null || { [ -t 0 ] && sudo -v; }; }; }
}

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

apt() {
    as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get -q -y -o DPkg::Lock::Timeout=300 "$@"
}

install_packages() {
    local packages=("$@") services=() status=0
    # RUNLEVEL=1 keeps init scripts, and the masks keep systemd, from starting what we run ourselves, on our ports.
    if [ -d /run/systemd/system ]; then
        case " ${packages[*]} " in *" mosquitto "*) services+=(mosquitto) ;; esac
        case " ${packages[*]} " in *" mariadb"*) services+=(mariadb) ;; esac
        # epmd is the name service of the Erlang that RabbitMQ brings along.
        case " ${packages[*]} " in *" rabbitmq-server "*) services+=(rabbitmq-server epmd.socket epmd) ;; esac
    fi
    [ ${#services[@]} -eq 0 ] || as_root systemctl mask --runtime "${services[@]}"
    apt -s install "${packages[@]}" >/dev/null 2>&1 || apt update
    # Before Debian 12 and Ubuntu 24.04 the part without the service has a version in its name.
    apt-cache show mariadb-server-core >/dev/null 2>&1 || packages=("${packages[@]/%-core/}")
    apt --no-install-recommends install "${packages[@]}" ||
        { apt update && apt --no-install-recommends install "${packages[@]}"; } || status=$?
    [ ${#services[@]} -eq 0 ] || {
        as_root systemctl unmask --runtime "${services[@]}"
        as_root systemctl disable "${services[@]}" || true
    }
    return "$status"
}

tools_environment() { # the pinned uv in an environment of its own
    local wanted
    wanted=$(sha256sum <"$root/scripts/lib/tools.txt")
    [ "$(cat "$tools/env/stamp" 2>/dev/null)" != "$wanted" ] || "$tools/env/bin/python" -c '' 2>/dev/null || rm -f "$tools/env/stamp"
    [ "$(cat "$tools/env/stamp" 2>/dev/null)" != "$wanted" ] || return 0
    step "Installing uv (PyPI)" make_tools
    echo "$wanted" >"$tools/env/stamp"
}

make_tools() {
    "$python" -m venv --clear "$tools/env" && "$tools/env/bin/pip" install --quiet -r "$root/scripts/lib/tools.txt"
}

python_environment() { # python_environment run|test
    local kind=$1 lock old='' old_lock='' groups=()
    lock=$(sha256sum <"$root/uv.lock")
    read -r old old_lock 2>/dev/null <"$root/.venv/stamp" || true
    # What the tests need stays once it is there.
    [ "$old" != test ] || kind="test"
    if [ "$old $old_lock" = "$kind ${lock%% *}" ] && "$root/.venv/bin/python" -c '' 2>/dev/null; then return 0; fi
    [ "$kind" = run ] || groups=(--group dev)
    step "Installing Python packages (uv)" sync_packages "${groups[@]}"
    echo "$kind ${lock%% *}" >"$root/.venv/stamp"
}

sync_packages() {
    UV_PROJECT_ENVIRONMENT="$root/.venv" UV_PYTHON_DOWNLOADS=never UV_NO_PROGRESS=1 "$tools/env/bin/uv" sync \
        --project "$root" --frozen --all-extras --python "$python" "$@"
}
