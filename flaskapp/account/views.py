"""`/login`, `/logout`, `/invite/<token>`, `/account`, `/more`."""

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from flaskapp import guard
from flaskapp.account import door, passwords, token_views
from flaskapp.gallery import gallery
from services.core.logging import get
from services.store import user
from services.store.user import User

NAME_LENGTH = 120
BY_ADDRESS = "20 per 5 minutes;100 per day"
BY_NAME = "10 per 5 minutes;50 per day"
WRONG = "That name and password do not belong together."
blueprint = Blueprint("account", __name__)
blueprint.register_blueprint(token_views.blueprint)
log = get(__name__)


def _name() -> str:
    return request.form.get("name", "").strip()[:NAME_LENGTH]


def _failed(answer: Response) -> bool:
    return answer.status_code == 401


def _tried_name() -> str:
    return f"name:{door.same_name(_name())}"


def _left() -> Response:
    session.clear()
    answer = redirect(url_for("account.login"))
    # Pictures are cached for a year: whoever uses this browser next is not to see them.
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def _enter(who: User) -> None:
    session.clear()
    session.permanent = True
    login_user(guard.person(who))


@blueprint.get("/login")
def login() -> str | Response:
    """The door."""
    if current_user.is_authenticated:
        return redirect(url_for("live.page"))
    with gallery().engine.connect() as connection:
        empty = not user.any_exists(connection)
    return render_template("account/login.html", empty=empty, name="", problem=None)


@blueprint.post("/login", endpoint="sign_in")
@guard.limiter.limit(BY_ADDRESS, deduct_when=_failed)
@guard.limiter.limit(BY_NAME, key_func=_tried_name, deduct_when=_failed)
def sign_in() -> Response | tuple[str, int]:
    """Lets in whom the name and password belong to; failures are counted by address and by name."""
    home = gallery()
    found = door.recognise(home.engine, _name(), request.form.get("password", ""), home.now())
    if found is None:
        log.warning("sign_in_refused", address=request.remote_addr)
        return render_template("account/login.html", empty=False, name=_name(), problem=WRONG), 401
    _enter(found)
    log.info("signed_in", user=found.id)
    return redirect(guard.way_back(request.args.get("next")))


@blueprint.post("/logout")
def logout() -> Response:
    """Ends this session."""
    logout_user()
    return _left()


@blueprint.get("/invite/<token>")
def invite(token: str) -> str | tuple[str, int]:
    """Asks for the new account's name and password, while the link is good."""
    with gallery().engine.connect() as connection:
        found = door.open_invite(connection, token, gallery().now())
    if found is None:
        return render_template("account/spent.html"), 410
    return render_template("account/invite.html", role=found.role, name="", problems={})


@blueprint.post("/invite/<token>", endpoint="accept")
@guard.limiter.limit("30 per 5 minutes")
def accept(token: str) -> Response | tuple[str, int]:
    """Makes the account, once, and signs it in."""
    password, home = request.form.get("password", ""), gallery()
    problems = _problems(_name(), password)
    if not problems:
        try:
            _enter(door.accept(home.engine, token, _name(), password, home.now()))
        except door.LinkSpent:
            return render_template("account/spent.html"), 410
        except door.NameTaken:
            problems["name"] = "Somebody here has that name already; please take another one."
        else:
            return redirect(url_for("live.page"))
    return render_template("account/invite.html", role=None, name=_name(), problems=problems), 422


def _problems(name: str, password: str) -> dict[str, str]:
    problems = {} if name else {"name": "Please say what you want to be called here."}
    complaint = passwords.complaint(password)
    return problems | ({"password": complaint} if complaint else {})


@blueprint.get("/account")
def page() -> str:
    """One's own account; for owners also who else has one."""
    return _account()


def _account(problems: dict[str, str] | None = None, link: str | None = None) -> str:
    with gallery().engine.connect() as connection:
        people = user.all_users(connection) if current_user.owner else []
    return render_template("account/page.html", people=people, problems=problems or {}, link=link)


@blueprint.post("/account/password")
@guard.limiter.limit("10 per 5 minutes")
def password() -> Response | tuple[str, int]:
    """Sets one's own password anew; every other session ends."""
    home, new = gallery(), request.form.get("new", "")
    complaint = passwords.complaint(new)
    if complaint:
        return _account({"new": complaint}), 422
    if not door.change_password(home.engine, current_user.id, request.form.get("old", ""), new, home.now()):
        return _account({"old": "That is not your present password."}), 422
    with home.engine.connect() as connection:
        _enter(user.find(connection, current_user.id) or abort(404))
    flash("Your password is changed. Every other device was signed out.")
    return redirect(url_for("account.page"))


@blueprint.post("/account/end-sessions")
def end_sessions() -> Response:
    """Signs oneself out everywhere."""
    home = gallery()
    door.end_sessions(home.engine, current_user.id, current_user.id, home.now())
    return _left()


@blueprint.post("/account/invite", endpoint="new_invite")
def new_invite() -> str | tuple[str, int]:
    """Makes a one-time link for another person; it is shown this once."""
    role = request.form.get("role", "")
    if role not in ("owner", "viewer"):
        abort(400)
    home = gallery()
    token = door.new_invite(home.engine, role, current_user.id, home.now())
    link = home.settings.gallery_url.rstrip("/") + url_for("account.invite", token=token)
    return _account(link=link)


@blueprint.get("/more")
def more() -> str:
    """The fifth tab of phones."""
    return render_template("more.html")
