"""What must a fault never cost? Each module here does one kind of harm to a real index, and says what came of it:
`test_faults` in short, `python -m tests.faults --long` at length, with figures.
"""
