"""What leaves the app as a file: offline pages, scripts, tables."""
