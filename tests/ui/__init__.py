"""Tests of the window, against the practice server over real sockets."""
