"""Every route beside Streamlit's pages."""

from export import offline
from export import routes as exports
from pages.activations import route as gallery
from pages.initialization import route as signal
from pages.schedules import route as courses
from web import api, assets, comparison, embed, figures, pictures, qr

ROUTES = [
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
