"""The window: the only home of Qt, one file a thing that people see."""
