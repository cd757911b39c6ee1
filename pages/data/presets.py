"""Data that is known to show its point, for the menu; the first is what the page opens with."""

from core.page import Preset

PRESETS = (
    Preset(
        "cloud",
        "A cloud off centre",
        "data=cloud",
        "Centring brings the condition number from 118 to 13, standardizing to 3.4: 189 updates become 16.",
    ),
    Preset(
        "wine",
        "Wine: units that differ",
        "data=wine&pair=6,12",
        "Proline is in hundreds, flavanoids in ones: 38 million updates for all raw features, 41 for standardized ones.",
    ),
    Preset(
        "breast_cancer",
        "Breast cancer: thirty features",
        "data=breast_cancer&pair=0,1",
        "Raw, a condition number above 10¹²; standardized it is still near 100,000: the features repeat one another.",
    ),
    Preset(
        "iris",
        "Iris: all in one unit",
        "data=iris&pair=2,3",
        "All features are in centimetres, so centring does most of it: 2217 updates raw, 146 centred, 68 standardized.",
    ),
    Preset(
        "tilted",
        "Two features that agree",
        "data=cloud:correlation=0.97,scale=1,offset=0",
        "Centred and equally wide already, and still a valley of 73 to 1: only whitening takes 119 updates down to 16.",
    ),
    Preset(
        "outliers",
        "A few outliers",
        "data=cloud:correlation=0,scale=1,offset=0,outliers=0.05&transform=standardized",
        "One point in twenty, six times as far out, shrinks the spread of all the others to two thirds or less.",
    ),
    Preset(
        "digits",
        "Digits: the price of whitening",
        "data=digits&transform=whitened&pair=28,36",
        "Round at last; but directions of noise now count as much as any other, and the nearest neighbour is misled.",
    ),
    Preset(
        "whitened",
        "Wine, whitened",
        "data=wine&transform=whitened&pair=6,12",
        "A condition number of one: every direction at the same rate, 16 updates to a thousandth at 0.9 of the limit.",
    ),
)
