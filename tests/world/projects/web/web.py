"""One route, served by uvicorn; says which event loop it got."""
import asyncio
import sys

import fastapi
import uvicorn

app = fastapi.FastAPI()


@app.get("/")
async def root() -> dict[str, str]:
    return {"loop": type(asyncio.get_running_loop()).__module__, "fastapi": fastapi.__version__}


def main() -> None:
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
