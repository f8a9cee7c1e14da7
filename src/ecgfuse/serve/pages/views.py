"""The pages. They are frames: the modules in static/js fill them through the API."""

from typing import Any
from urllib.parse import urlencode

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    send_from_directory,
    url_for,
)
from flask_babel import Babel, gettext
from werkzeug.wrappers import Response as BaseResponse

from ecgfuse.serve.access import security
from ecgfuse.serve.pages.assets import FOREVER, StaticFiles, read_static_files
from ecgfuse.serve.pages.language import (
    COOKIE,
    DEFAULT,
    LANGUAGES,
    PARAMETER,
    CompiledDomain,
    Translation,
    choose_language,
    read_translations,
)
from ecgfuse.serve.pages.recording_pages import find_recording

THEMES = ("auto", "light", "dark")
THEME_COOKIE = "ecgfuse_theme"
_YEAR_S = 365 * 24 * 3600
_SINGLE_BEATS = "single_beats"

pages = Blueprint("pages", __name__, template_folder="templates")


def register_views(app: Flask) -> None:
    """Add the pages, their static files and their languages to an application."""
    translations = read_translations()
    app.extensions["ecgfuse_static"] = read_static_files()
    app.extensions["ecgfuse_translations"] = translations
    babel = Babel(app, default_locale=DEFAULT, locale_selector=choose_language)
    domain = CompiledDomain({code: one.of_pages for code, one in translations.items()})
    babel.__dict__["domain_instance"] = domain  # in place of a property that looks for .mo files
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(_shared_values)
    app.after_request(_keep_choices)
    app.register_blueprint(pages)


def asset_url(name: str) -> str:
    """Address of a static file, given by its path in the folder `static`.

    Raises:
        ValueError: there is no such file.
    """
    files = _static_files()
    return url_for("pages.asset", digest=files.digest, name=files.require(name))


def _static_files() -> StaticFiles:
    files: StaticFiles = current_app.extensions["ecgfuse_static"]
    return files


def _translations() -> dict[str, Translation]:
    translations: dict[str, Translation] = current_app.extensions["ecgfuse_translations"]
    return translations


def _theme() -> str:
    for wanted in (request.args.get("theme"), request.cookies.get(THEME_COOKIE)):
        if wanted in THEMES:
            return wanted
    return THEMES[0]


def _catalogue_url(language: str) -> str:
    """Address of the strings for the scripts; empty for English, which needs none."""
    found = _translations().get(language)
    if found is None:
        return ""
    return url_for("pages.catalogue", language=language, digest=found.digest)


def _shared_values() -> dict[str, Any]:
    """What every template can use."""
    language = choose_language()
    person = security.current_person()
    return {
        "asset_url": asset_url,
        "language": language,
        "languages": LANGUAGES,
        "theme": _theme(),
        "themes": THEMES,
        "catalogue_url": _catalogue_url(language),
        "page_url": _page_url,
        "logged_in": person is not None and person.way == "login",
    }


def _page_url(**changes: str) -> str:
    """Address of this page with other parameters, such as another language."""
    values = {**request.args.to_dict(), **changes}
    return f"{request.script_root}{request.path}?{urlencode(values)}"


def _keep_choices(response: Response) -> Response:
    """Remember the language and the theme chosen in the address."""
    for parameter, cookie, allowed in (
        (PARAMETER, COOKIE, tuple(LANGUAGES)),
        ("theme", THEME_COOKIE, THEMES),
    ):
        wanted = request.args.get(parameter)
        if wanted in allowed and request.blueprint == pages.name:
            response.set_cookie(
                cookie,
                wanted,
                max_age=_YEAR_S,
                samesite="Lax",
                httponly=True,
                secure=request.is_secure,
            )
    return response


@pages.get("/")
def start() -> str:
    """Upload, examples and the list of recordings."""
    return render_template("start.html")


@pages.get("/recordings/<recording_id>")
def viewer(recording_id: str) -> str | BaseResponse:
    """The strip of a recording and everything around it."""
    recording = find_recording(recording_id)
    if recording.kind == _SINGLE_BEATS:
        return redirect(url_for("pages.single_beats", recording_id=recording_id))
    return render_template("viewer.html", recording=recording)


@pages.get("/recordings/<recording_id>/print")
def print_summary(recording_id: str) -> str:
    """The summary on one sheet of paper."""
    return render_template("print.html", recording=find_recording(recording_id))


@pages.get("/recordings/<recording_id>/beats/<int:sample>")
def beat(recording_id: str, sample: int) -> str:
    """One beat in a window of its own."""
    return render_template("beat.html", recording=find_recording(recording_id), sample=sample)


@pages.get("/single-beats/<recording_id>")
def single_beats(recording_id: str) -> str | BaseResponse:
    """The rows of a table of single beats, their waveforms and their classes."""
    recording = find_recording(recording_id)
    if recording.kind != _SINGLE_BEATS:
        return redirect(url_for("pages.viewer", recording_id=recording_id))
    return render_template("single_beats.html", recording=recording)


@pages.get("/performance")
def performance() -> str:
    """How well the models do, first page of the study's web site."""
    return render_template("performance.html")


@pages.get("/performance/waveform")
def performance_waveform() -> str:
    """Look at the waveforms of single beats, second page of the study's web site."""
    return render_template("performance_beats.html", purpose="waveform")


@pages.get("/performance/prediction")
def performance_prediction() -> str:
    """Classify single beats, third page of the study's web site."""
    return render_template("performance_beats.html", purpose="prediction")


@pages.get("/about")
def about() -> str:
    """What this is, and what it is not for."""
    return render_template("about.html")


@pages.route("/login", methods=("GET", "POST"))
def login() -> str | BaseResponse | tuple[str, int]:
    """Ask for the token; with it, go on to the page that was wanted."""
    wanted = request.values.get("next", "")
    if request.method == "GET":
        return render_template("login.html", error=None, next=wanted)
    if security.log_in(request.form.get("token", "")):
        return redirect(security.safe_next(wanted))
    error = gettext("This token is not known. Copy it whole, without spaces.")
    return render_template("login.html", error=error, next=wanted), 401


@pages.post("/logout")
def log_out() -> BaseResponse:
    """Forget who this browser belongs to."""
    security.log_out()
    return redirect(url_for("pages.login"))


@pages.get("/catalogue/<language>.<digest>.json")
def catalogue(language: str, digest: str) -> Response:
    """The strings of the scripts in a language."""
    found = _translations().get(language)
    if found is None or found.digest != digest:
        abort(404)
    response = Response(found.of_scripts, mimetype="application/json")
    response.headers["Cache-Control"] = FOREVER
    return response


@pages.get("/static/<string(length=12):digest>/<path:name>")
def asset(digest: str, name: str) -> Response:
    """A static file. Under an old digest it is found, too, but not kept for good."""
    files = _static_files()
    response = send_from_directory(files.folder, name, conditional=True)
    response.headers["Cache-Control"] = FOREVER if digest == files.digest else "no-cache"
    return response
