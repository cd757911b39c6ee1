"""Data, one file each."""
