"""The figures on convolution."""

from pages.lectures.card import Card

ALEXNET = (
    "input=227x227x3&layer=conv:filters=96,kernel=11,stride=4&layer=pool:kernel=3,stride=2"
    "&layer=conv:filters=256,kernel=5,padding=2&layer=pool:kernel=3,stride=2&layer=conv:filters=384,kernel=3,padding=1"
    "&layer=conv:filters=384,kernel=3,padding=1&layer=conv:filters=256,kernel=3,padding=1&layer=pool:kernel=3,stride=2"
    "&layer=flatten&layer=dense:units=4096&layer=dense:units=4096&layer=dense:units=1000"
)

CARDS = (
    Card(
        "alexnet",
        "AlexNet, layer by layer",
        "Sizes, parameters and receptive fields of every layer; behind the last pool a unit sees 195 pixels of 227.",
        "convolution",
        ("003",),
        "convolution",
        ALEXNET,
        "sizes",
        holds=lambda r: r.rows[0].grid == (227, 227) and [view.field for view in r.rows[8].views] == [195, 195],
    ),
    Card(
        "six_filters",
        "Six filters, six maps",
        "Six filters of 5×5×3 slide over 32×32×3: 28×28 places for each, and 456 parameters for all.",
        "convolution",
        ("002",),
        "convolution",
        "input=32x32x3&layer=conv:filters=6,kernel=5&photo=china",
        "walk",
        holds=lambda r: (r.rows[1].output, r.rows[1].parameters) == ((28, 28, 6), 456),
    ),
    Card(
        "dilation",
        "Dilation widens the field",
        "Three layers of 3×3, 1, 2 and 4 apart: a field 15 pixels across instead of 7, and no weight more.",
        "convolution",
        ("003",),
        "convolution",
        "input=33x33x1&layer=conv:filters=8,kernel=3&layer=conv:filters=8,kernel=3,dilation=2"
        "&layer=conv:filters=8,kernel=3,dilation=4",
        "field",
        holds=lambda r: r.seen.rows[0].sum() == 15 and 1 + sum(row.layer.values["kernel"] - 1 for row in r.rows[1:]) == 7,
    ),
)
