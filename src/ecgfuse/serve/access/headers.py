"""Headers of all responses that keep browsers from doing what no page here needs."""

from http import HTTPStatus

from flask import Flask, Response, request

POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
"""Content-Security-Policy: nothing from elsewhere, and no scripts or styles within pages."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

_HTTPS_ONLY = "max-age=31536000"
_PRIVATE = "private, no-store"
_LOGOUT = "pages.log_out"
_FORGET = '"cache", "storage"'
"""What a browser deletes at the logout, since the next person may use it."""


def register_headers(app: Flask, *, https: bool) -> None:
    """Add the headers to every response.

    Args:
        https: tell browsers to use HTTPS alone from now on.
    """

    def add_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers[name] = value
        if https:
            response.headers["Strict-Transport-Security"] = _HTTPS_ONLY
        if request.endpoint == _LOGOUT and response.status_code < HTTPStatus.BAD_REQUEST:
            response.headers["Clear-Site-Data"] = _FORGET
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = _PRIVATE
        return response

    app.after_request(add_headers)
