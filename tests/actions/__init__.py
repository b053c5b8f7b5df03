"""What the analyst can do, judged by what the servers were told."""
