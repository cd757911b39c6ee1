"""Every route beside Streamlit's pages."""

from web import answers, assets, catalogue, embed, figures, first, offline, pictures, qr, shell

ROUTES = [
    *answers.ROUTES,
    *assets.ROUTES,
    *catalogue.ROUTES,
    *embed.ROUTES,
    *figures.ROUTES,
    *first.ROUTES,
    *offline.ROUTES,
    *pictures.ROUTES,
    *qr.ROUTES,
    *shell.ROUTES,
]
