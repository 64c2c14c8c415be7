"""The gallery: shows what the services remember, and configures them. Never does a service's work."""

from flask import Flask
from sqlalchemy import Engine
from werkzeug.middleware.proxy_fix import ProxyFix

from flaskapp import assets, errors, guard, headers, journal, probe, text
from flaskapp.account import views as account
from flaskapp.alert import views as alert
from flaskapp.api import views as api
from flaskapp.audit import views as audit
from flaskapp.camera import views as camera
from flaskapp.correction import views as correction
from flaskapp.detector import views as detector
from flaskapp.device import views as device
from flaskapp.eds import views as eds
from flaskapp.eds.recent import Recent
from flaskapp.event import views as event
from flaskapp.ftp import views as ftp
from flaskapp.gallery import KEY, Gallery
from flaskapp.health import views as health
from flaskapp.health.board import Board
from flaskapp.health.disk import Rate
from flaskapp.live import views as live
from flaskapp.live.fanout import Fanout
from flaskapp.live.listener import listen
from flaskapp.live.showcase import Showcase
from flaskapp.meter import views as meter
from flaskapp.mode import switch
from flaskapp.mode import views as mode
from flaskapp.panic import views as panic
from flaskapp.person import channels, mute
from flaskapp.person import views as person
from flaskapp.picture import views as picture
from flaskapp.picture.thumbs import Thumbs
from flaskapp.plate import views as plate
from flaskapp.recording import views as recording
from flaskapp.rule import views as rule
from flaskapp.rule.answers import Answers
from flaskapp.ruling import views as ruling
from flaskapp.schedule import views as schedule
from flaskapp.setting import views as setting
from flaskapp.share import views as share
from flaskapp.sighting import views as sighting
from flaskapp.upload import views as upload
from flaskapp.watch import views as watch
from flaskapp.zone import Zone
from services.core.bus import Bus
from services.core.clock import Clock
from services.core.health import Health
from services.core.media import Media
from services.core.messages import SightingArrived
from services.core.settings import Settings
from services.core.zone import zone_of
from services.store.engine import reachable

SESSION_DAYS = 30
FORM_BYTES = 64_000


def create_app(settings: Settings, engine: Engine, clock: Clock, bus: Bus) -> Flask:
    """The WSGI application; subscribes on `bus`, whose `start` and `stop` are the caller's.

    Raises `SettingError` when the secret key is missing or the time zone is none.
    """
    app = Flask(__name__, static_folder=None)
    app.config.update(_config(settings))
    app.extensions[KEY] = made = _gallery(settings, engine, clock, bus)
    for part in (journal, headers, assets, guard, text, switch, errors):
        part.install(app)
    for noun in (
        account,
        live,
        picture,
        recording,
        share,
        watch,
        eds,
        event,
        sighting,
        detector,
        alert,
        camera,
        ftp,
        upload,
        device,
        meter,
        mode,
        schedule,
        rule,
        ruling,
        panic,
        plate,
        person,
        channels,
        mute,
        correction,
        health,
        probe,
        setting,
        audit,
        api,
    ):
        app.register_blueprint(noun.blueprint)
    listen(bus, made.fanout, made.zone)
    bus.subscribe(SightingArrived, Showcase(engine, made.thumbs, bus).arrived)
    made.board.listen(bus)
    made.answers.listen(bus)
    if settings.gallery_proxies:
        hops = settings.gallery_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _gallery(settings: Settings, engine: Engine, clock: Clock, bus: Bus) -> Gallery:
    media = Media(settings.media)
    well = Health(clock)
    well.depends_on("database", reachable(engine))
    well.depends_on("broker", bus.connected)
    return Gallery(
        settings=settings,
        engine=engine,
        clock=clock,
        bus=bus,
        zone=Zone(zone_of(settings.time_zone)),
        media=media,
        thumbs=Thumbs(media),
        fanout=Fanout(),
        board=Board(clock),
        rate=Rate(clock),
        answers=Answers(),
        recent=Recent(clock),
        health=well,
    )


def _config(settings: Settings) -> dict[str, object]:
    return {
        "SECRET_KEY": settings.secret("gallery_secret_key"),
        # Cookies know no ports: two stacks on one machine must not sign each other's people out.
        "SESSION_COOKIE_NAME": f"hearthwatch_{settings.gallery_port}",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.gallery_url.startswith("https:"),
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": SESSION_DAYS * 86400,
        "MAX_CONTENT_LENGTH": FORM_BYTES,
        "WTF_CSRF_TIME_LIMIT": None,
        "RATELIMIT_STORAGE_URI": "memory://",
        "SOCK_SERVER_OPTIONS": {"ping_interval": eds.PING_S, "max_message_size": eds.FRAME_BYTES},
    }
