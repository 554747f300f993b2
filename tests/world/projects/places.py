# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "babel==2.18.0",
#   "certifi==2026.10.18",
# ]
# ///
"""What lies in data files: locales, time zones, certificates."""
import datetime
import json
import os
import ssl
import zoneinfo

import babel
import babel.dates
import babel.numbers
import certifi

moment = datetime.datetime(2026, 7, 1, 12, tzinfo=zoneinfo.ZoneInfo('Europe/Vienna'))
context = ssl.create_default_context(cafile=certifi.where())
print(json.dumps({
    'money': babel.numbers.format_currency(1234.5, 'EUR', locale='de_AT'),
    'month': babel.dates.format_date(moment, 'MMMM', locale='cs'),
    'zone': babel.dates.get_timezone_name(moment, locale='fr'),
    'offset': moment.utcoffset().total_seconds(),
    'certificates': os.path.getsize(certifi.where()) > 100_000 and len(context.get_ca_certs()) > 50,
}))
