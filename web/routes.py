"""Every route beside Streamlit's pages."""

from web import api, assets, comparison, courses, embed, figures, gallery, offline, qr, signal

ROUTES = [
    *api.ROUTES,
    *assets.ROUTES,
    *comparison.ROUTES,
    *courses.ROUTES,
    *embed.ROUTES,
    *figures.ROUTES,
    *gallery.ROUTES,
    *offline.ROUTES,
    *qr.ROUTES,
    *signal.ROUTES,
]
