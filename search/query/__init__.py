"""A question: text → tree → engine query."""
