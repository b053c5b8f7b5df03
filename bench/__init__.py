"""What QJira's speed is worth, measured beside a peer or a floor in the same run."""
