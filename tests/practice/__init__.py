"""Tests of the practice server, which all other tests of wire and trouble lean on."""
