"""Starts QJira; this is what PyInstaller freezes."""

import sys

from qjira_gui.app import main

if __name__ == "__main__":
    sys.exit(main())
