// The Chromium that tests start, and how: nothing of it speaks to anybody of its own accord.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

/** Undefined where there is none. */
export const chromiumPath = process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
export const chromiumArguments = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export async function launchChromium() {
  if (!chromiumPath || !existsSync(chromiumPath)) throw new Error('These tests need Chromium: the set-up for tests installs it with apt-get, or CHROMIUM names one.');
  return chromium.launch({ executablePath: chromiumPath, args: chromiumArguments });
}
