"""Tests of the two REST APIs' clients."""
