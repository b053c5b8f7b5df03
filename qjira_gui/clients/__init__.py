"""The two REST APIs."""
