"""Arithmetic of convolutional networks: sizes, parameters, multiply-adds, and what a unit sees."""
