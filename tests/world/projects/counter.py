# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "textual==8.2.8",
# ]
# ///
"""A terminal application, driven without a terminal."""
import asyncio
import json

import textual
from textual.app import App, ComposeResult
from textual.widgets import Button, Label, Markdown, TextArea


class Counter(App):
    CSS = 'Button { width: 20; }'
    count = 0

    def compose(self) -> ComposeResult:
        yield Label('0', id='total')
        yield Button('more', id='more')
        yield TextArea('x = 1', id='code')
        yield Markdown('# Title')

    def on_button_pressed(self) -> None:
        self.count += 1
        self.query_one('#total', Label).update(str(self.count))


async def drive():
    app = Counter()
    async with app.run_test() as pilot:
        await pilot.click('#more')
        await pilot.press('enter')
        await pilot.pause()
        return {'textual': textual.__version__, 'count': app.count, 'widgets': len(app.query('*')) > 4}


print(json.dumps(asyncio.run(drive())))
