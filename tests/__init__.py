"""Tests, one folder a part of the package; importable from each other by their full names."""
