"""The experiment that weights are chosen by: `python -m tests.ranking --judgements DIR`."""
