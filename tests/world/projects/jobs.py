# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "celery==5.7.0",
# ]
# ///
"""A task queue with its broker in memory: a worker with the solo pool does two tasks."""
import json

import celery
from celery.contrib.testing.worker import start_worker

app = celery.Celery('jobs', broker='memory://', backend='cache+memory://')


@app.task
def add(left, right):
    return left + right


with start_worker(app, pool='solo', perform_ping_check=False, loglevel='ERROR'):
    results = [add.delay(number, 40).get(timeout=60) for number in (1, 2)]
print(json.dumps({'celery': celery.__version__, 'results': results}))
