"""The background against the practice server, on a clock that only tests move."""
