"""Every route beside Streamlit's pages."""

from web import answers, assets, catalogue, embed, figures, offline, pictures, qr

ROUTES = [
    *answers.ROUTES,
    *assets.ROUTES,
    *catalogue.ROUTES,
    *embed.ROUTES,
    *figures.ROUTES,
    *offline.ROUTES,
    *pictures.ROUTES,
    *qr.ROUTES,
]
