# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "pytest==9.2.0",
#   "pytest-asyncio==1.5.0",
# ]
# ///
"""pytest as a packed tool, its plugin found by entry point."""
import sys

import pytest

sys.exit(pytest.main())
