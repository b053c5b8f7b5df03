"""Nothing lost, nothing twice: what goes wrong, judged by what the servers took."""
