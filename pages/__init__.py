"""The pages of the app, one folder each. Copy `_template/` to add one."""

from core.page import Page
from core.registry import discover

ORDER = (
    "race",
    "maps",
    "schedules",
    "activations",
    "initialization",
    "training",
    "data",
    "convolution",
    "lectures",
    "errata",
)
PAGES = discover(__name__, __path__, Page, ORDER)
