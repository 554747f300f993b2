# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "google-cloud-storage==3.17.1",
# ]
# ///
"""Distributions that share the namespace packages google and google.cloud."""
import json
from importlib.metadata import version

import google.api_core.exceptions
import google.auth.credentials
import google.protobuf.timestamp_pb2
from google.cloud import storage

client = storage.Client(project='none', credentials=google.auth.credentials.AnonymousCredentials())
stamp = google.protobuf.timestamp_pb2.Timestamp(seconds=1)
print(json.dumps({'storage': version('google-cloud-storage'), 'bucket': client.bucket('b').blob('a/b').path, 'stamp': stamp.ToJsonString(),
                  'gone': google.api_core.exceptions.NotFound.code}))
