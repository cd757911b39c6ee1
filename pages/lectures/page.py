"""Lectures: every figure that can be shown here, by lecture and topic, each with a link that opens it live."""

from pages.lectures import cards

cards.gallery()
