"""Holds every request and every answer against the official documents of the two APIs."""
