"""Tests of the plain data and the pure decisions."""
