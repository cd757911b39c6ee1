"""Signals through deep networks, forward and backward."""
