"""Every route beside Streamlit's pages."""

from web import api, assets, comparison, courses, embed, exports, figures, gallery, offline, pictures, qr, signal

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
