"""How fast is it, and how large? Measured against tantivy, SQLite FTS5 and stock Whoosh in one run:
`python -m tests.bench --help`.
"""
