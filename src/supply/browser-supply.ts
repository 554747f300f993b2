// The Supply of a page and its workers: everything by fetch, kept in the origin-private file system.
import type { Outcome } from '../model/failure';
import type { Index, Supply } from '../protocol/supply';
import { makeFetchedAssets, makeKeptAssets, type Assets } from './assets';
import { makeCheckedFetch } from './checked-fetch';
import { makeIndex } from './index-client';
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
  const index = makeLateIndex(() => openIndex(assets, store, base, network), notices);
  return { store, index, runtimes: makeRuntimes(assets, store, network), launchers: makeLaunchers(assets), network };
}

async function openIndex(assets: Assets, store: Supply['store'], base: string, log: RecordingLog): Promise<Outcome<Index>> {
  const config = await readConfig(assets);
  if (!config.ok) return config;
  const { indexes, gateway } = config.value;
  return { ok: true, value: makeIndex({ indexes, store, log, ...(gateway ? { gateway: new URL(gateway, base).href } : {}) }) };
}

/** A configuration that cannot be read is a Failure of the first question, not of the page. */
function makeLateIndex(open: () => Promise<Outcome<Index>>, notices: string[]): Index {
  let opened: Promise<Outcome<Index>> | undefined;
  const whenOpen = async (): Promise<Outcome<Index>> => {
    const outcome = await (opened ??= open());
    if (!outcome.ok) opened = undefined;
    return outcome;
  };
  return {
    async answer(wants, reporter) {
      const index = await whenOpen();
      return index.ok ? index.value.answer(wants, reporter) : index;
    },
    async wheel(wheel, reporter) {
      const index = await whenOpen();
      return index.ok ? index.value.wheel(wheel, reporter) : index;
    },
    async findMissing(wheels) {
      const index = await whenOpen();
      return index.ok ? (await index.value.findMissing?.(wheels)) ?? [] : wheels;
    },
    async takeNotices() {
      const index = opened ? await opened : undefined;
      return [...notices.splice(0), ...(index?.ok ? await index.value.takeNotices?.() ?? [] : [])];
    },
  };
}
