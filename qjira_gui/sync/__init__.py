"""The background: delivers what waits and turns news into entries."""
