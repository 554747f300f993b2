import asyncio

import pytest


@pytest.mark.asyncio
async def test_awaited():
    await asyncio.sleep(0)
    assert asyncio.get_running_loop().is_running()
