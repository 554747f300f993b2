"""``python -m plotter``."""
from plotter.cli import main

if __name__ == "__main__":
    main()
