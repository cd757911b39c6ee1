"""Every route beside Streamlit's pages."""

from export import offline
from web import answers, assets, catalogue, embed, figures, pictures, qr

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
