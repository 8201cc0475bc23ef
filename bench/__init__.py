"""Measures: `make bench` sets this room beside a bare Rasa bot, in one run."""
