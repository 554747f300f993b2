// The Supply of Node: runtimes and launchers from the clone's public/ folder, the index directly, bytes kept in the user's cache.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { success, type Outcome } from '../model/failure';
import type { Supply } from '../protocol/supply';
import { makeDiskAssets } from './assets-disk';
import type { FetchLimits } from './checked-fetch';
import type { IndexConfig } from './index-address';
import { openIndex } from './index-client';
import { keepLast } from './keep-last';
import { makeLaunchers } from './launchers-client';
import { makeNetworkLog } from './network-log';
import { readConfig } from './read-config';
import { makeRuntimes } from './runtimes-client';
import { makeDiskStore } from './store-disk';

export interface NodeSupplySettings {
  /** In place of the configured ones. */
  indexes?: IndexConfig[];
  /** The folder with runtimes/ and launchers/; found beside the program otherwise. */
  assets?: string;
  store?: string;
  /** Bytes that the store may hold. */
  budget?: number;
  offline?: boolean;
  limits?: Partial<FetchLimits>;
}

export async function makeNodeSupply(settings: NodeSupplySettings = {}): Promise<Outcome<Supply>> {
  const assets = makeDiskAssets(settings.assets ?? findAssets());
  const indexes = settings.indexes ? success(settings.indexes) : await findIndexes(assets);
  if (!indexes.ok) return indexes;
  const notices: string[] = [];
  const { budget, limits, offline = false } = settings;
  const store = makeDiskStore(settings.store, { note: (line) => notices.push(line), ...(budget === undefined ? {} : { budget }) });
  const network = makeNetworkLog();
  const open = keepLast(async (choice) => {
    const index = openIndex(choice, { indexes: indexes.value, store, offline, log: network, ...(limits ? { limits } : {}) });
    return index.ok ? success({ ...index.value, takeNotices: () => [...notices.splice(0), ...index.value.takeNotices()] }) : index;
  });
  return success({ store, openIndex: open, runtimes: makeRuntimes(assets), launchers: makeLaunchers(assets), network });
}

async function findIndexes(assets: ReturnType<typeof makeDiskAssets>): Promise<Outcome<IndexConfig[]>> {
  const config = await readConfig(assets);
  return config.ok ? success(addCredentials(config.value.indexes)) : config;
}

/** config.json holds no credentials; pip's own variable may. */
function addCredentials(indexes: IndexConfig[]): IndexConfig[] {
  const pip = process.env.PIP_INDEX_URL;
  if (pip === undefined || !URL.canParse(pip)) return indexes;
  const { username, password, host, pathname } = new URL(pip);
  return indexes.map((index) => {
    const url = new URL(index.url);
    if (!username || url.host !== host || url.pathname.replace(/\/$/, '') !== pathname.replace(/\/$/, '')) return index;
    return { ...index, url: Object.assign(url, { username, password }).href };
  });
}

/** The program lies in src/supply or, built, in dist/node: two folders below what public/ lies in. */
function findAssets(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (let up = 0; up < 4; up++, folder = dirname(folder)) {
    if (existsSync(join(folder, 'public', 'launchers'))) return join(folder, 'public');
  }
  return 'public';
}
