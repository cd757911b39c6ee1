"""Every route beside Streamlit's pages."""

from starlette.routing import Route

from export import offline
from export import routes as exports
from pages.activations import route as gallery
from pages.initialization import route as signal
from pages.schedules import route as courses
from web import api, assets, comparison, embed, figures, pictures, qr

_ROUTES = [
    *api.ROUTES,
    *assets.ROUTES,
    *comparison.ROUTES,
    *courses.ROUTES,
    *embed.ROUTES,
    *exports.ROUTES,
    *figures.ROUTES,
    *gallery.ROUTES,
    *offline.ROUTES,
    *pictures.ROUTES,
    *qr.ROUTES,
    *signal.ROUTES,
]

# What an address was called before → what it is called now; both answer.
FORMER = {"/api/courses": "/api/schedules", "/api/gallery": "/api/activations", "/api/signals": "/api/initialization"}
_BY_PATH = {route.path: route.endpoint for route in _ROUTES}
ROUTES = [*_ROUTES, *(Route(former, _BY_PATH[now]) for former, now in FORMER.items())]
