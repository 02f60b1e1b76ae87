"""HTTP to Django, sockets to the consumers.

Order of the socket stack, outermost first: the raw `send` is kept (core/hub.py says why), then the origin is
checked (a foreign one gets 403), then session and person are looked up."""

import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
http = get_asgi_application()

from django.conf import settings  # noqa: E402  (Django must be set up first)

from config.sockets import socket_urlpatterns  # noqa: E402
from core import daphne, daphne_bodies  # noqa: E402
from core.hub import keep_raw_send  # noqa: E402
from core.origins import OriginGate  # noqa: E402

daphne.mend()
daphne_bodies.mend()
application = ProtocolTypeRouter(
    {
        "http": http,
        "websocket": keep_raw_send(
            OriginGate(AuthMiddlewareStack(URLRouter(socket_urlpatterns)), settings.SITE_ORIGINS)
        ),
    }
)
