// The Supply of a page and its workers: everything by fetch, kept in the origin-private file system.
import { success, type Outcome } from '../model/failure';
import type { IndexChoice } from '../model/index-choice';
import type { Index, Supply } from '../protocol/supply';
import { makeFetchedAssets, makeKeptAssets, type Assets } from './assets';
import { makeCheckedFetch } from './checked-fetch';
import { openIndex } from './index-client';
import { keepLast } from './keep-last';
import { makeLaunchers } from './launchers-client';
import { makeNetworkLog, type RecordingLog } from './network-log';
import { readConfig } from './read-config';
import { makeRuntimes } from './runtimes-client';
import { makeOpfsStore } from './store-opfs';

/** `base`: URL of the folder that the page is served from. */
export async function makeBrowserSupply(base: string): Promise<Supply> {
  const notices: string[] = [];
  const store = await makeOpfsStore({ note: (line) => notices.push(line) });
  const network = makeNetworkLog();
  const assets = makeKeptAssets(makeFetchedAssets(base, makeCheckedFetch({ log: network })), store);
  const open = keepLast((choice) => openConfigured(choice, { assets, store, base, notices, network }));
  return { store, openIndex: open, runtimes: makeRuntimes(assets, store, network), launchers: makeLaunchers(assets), network };
}

interface Surroundings { assets: Assets; store: Supply['store']; base: string; notices: string[]; network: RecordingLog }

async function openConfigured(choice: IndexChoice, { assets, store, base, notices, network: log }: Surroundings): Promise<Outcome<Index>> {
  const config = await readConfig(assets);
  if (!config.ok) return config;
  const { indexes, gateway } = config.value;
  const index = openIndex(choice, { indexes, store, log, ...(gateway ? { gateway: new URL(gateway, base).href } : {}) });
  return index.ok ? success({ ...index.value, takeNotices: () => [...notices.splice(0), ...index.value.takeNotices()] }) : index;
}
