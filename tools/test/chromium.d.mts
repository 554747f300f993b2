import type { Browser } from 'playwright-core';

export const chromiumPath: string | undefined;
export const chromiumArguments: string[];
export function launchChromium(): Promise<Browser>;
