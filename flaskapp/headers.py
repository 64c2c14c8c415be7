"""What every answer says to the browser: load nothing from elsewhere, run nothing inline, be framed by nobody."""

from flask import Flask, Response

POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "font-src 'self'",
        # hls.js hands what it has loaded to the <video> by such an address of the page's own.
        "media-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
HSTS = "max-age=31536000"


def install(app: Flask) -> None:
    """Adds the headers; pages are never stored by caches on the way."""
    secure = bool(app.config["SESSION_COOKIE_SECURE"])

    def add(answer: Response) -> Response:
        for name, value in ALWAYS.items():
            answer.headers[name] = value
        if secure:
            answer.headers["Strict-Transport-Security"] = HSTS
        if "Cache-Control" not in answer.headers:
            answer.headers["Cache-Control"] = "no-store"
        return answer

    app.after_request(add)
