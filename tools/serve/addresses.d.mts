// Types of addresses.mjs, for tests.
export function isPrivateAddress(address: string): boolean;
