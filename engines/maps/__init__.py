"""Maps: many descents at once, one for each cell, and what a map shows of each."""
