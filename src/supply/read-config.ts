// config.json → which indexes are asked, and whether through a gateway. Made at set-up; a static deployment writes its own.
import { success, type Outcome } from '../model/failure';
import { readJson, type Assets } from './assets';
import { hasShape, isListOf, isText, type Guard } from './check-shape';
import type { IndexConfig } from './index-address';

export interface SupplyConfig {
  format: 1;
  indexes: IndexConfig[];
  /** Prefix that an encoded URL follows; null or absent: indexes are read directly, which needs their CORS headers. */
  gateway?: string | null;
}

const isConfig = hasShape({
  format: (value) => value === 1,
  indexes: isListOf(hasShape({ name: isText, url: (value) => isText(value) && URL.canParse(value) })),
  gateway: (value) => value === undefined || value === null || isText(value),
}) as Guard<SupplyConfig>;

export async function readConfig(assets: Assets): Promise<Outcome<SupplyConfig>> {
  const read = await readJson(assets, 'config.json', isConfig);
  return read.ok ? success(read.value.value) : read;
}
