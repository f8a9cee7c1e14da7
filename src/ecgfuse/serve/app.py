"""The Flask application: pages, API, health and metrics."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from ecgfuse.serve.access.headers import register_headers
from ecgfuse.serve.access.hosts import register_hosts
from ecgfuse.serve.access.limits import limit_logins, register_limits
from ecgfuse.serve.access.secret import read_secret
from ecgfuse.serve.access.security import register_security
from ecgfuse.serve.errors import register_errors
from ecgfuse.serve.processes.logs import register_request_log
from ecgfuse.serve.processes.monitoring import register_monitoring
from ecgfuse.serve.services import EXTENSION, Services, open_services
from ecgfuse.serve.settings import Settings, load_settings


def create_app(settings: Settings | None = None, *, services: Services | None = None) -> Flask:
    """Make the application.

    The tables of the database must exist (`Database.upgrade`); `ecgfuse serve` sees to it.

    Args:
        settings: default: those of the environment variables.
        services: default: those of the settings.

    Raises:
        ValueError: a setting cannot be used.
    """
    from ecgfuse.serve.api import register_api
    from ecgfuse.serve.pages.views import register_views

    settings = settings or load_settings()
    app = Flask("ecgfuse.serve", static_folder=None)
    app.extensions[EXTENSION] = services or open_services(settings)
    # Functions before a request run in the order in which they are registered, those after it in
    # the reverse order.
    register_headers(app, https=settings.https)
    register_request_log(app)
    register_hosts(app, names=settings.trusted_hosts)
    limiter = register_limits(app, settings=settings)
    register_security(app, settings=settings, secret=read_secret(settings.data))
    register_views(app)
    register_api(app)
    register_monitoring(app)
    limit_logins(app, limiter=limiter)
    register_errors(app)
    if n := settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]
    return app
