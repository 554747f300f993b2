"""Serves board.py."""
import sys
from pathlib import Path

from streamlit.web import cli

sys.argv = ['streamlit', 'run', str(Path(__file__).with_name('board.py')), *sys.argv[1:]]
sys.exit(cli.main())
