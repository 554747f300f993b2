// Indexes that were named on the command line → the same with credentials: of their address, of the environment, or of ~/.netrc.
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { configuredName, type GivenIndex } from '../model/index-choice';

/** Only for those that the user named with their address: a project could give the user's name for its own index to an address of its own. */
export function findCredentials(indexes: GivenIndex[], environment: NodeJS.ProcessEnv = process.env): GivenIndex[] {
  return indexes.map((index) => {
    if (index.byProject || index.name === configuredName) return index;
    const { username, password, hostname } = new URL(index.url);
    if (username || password) return index;
    return { ...index, ...(findInEnvironment(index.name, environment) ?? findInNetrc(hostname, environment)) };
  });
}

type Credentials = { username: string; password: string };

function findInEnvironment(name: string, environment: NodeJS.ProcessEnv): Credentials | undefined {
  const key = `TERRARIUM_INDEX_${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;
  const [username, password] = [environment[`${key}_USERNAME`], environment[`${key}_PASSWORD`]];
  return username === undefined && password === undefined ? undefined : { username: username ?? '', password: password ?? '' };
}

/** Only entries for one machine: `default` would send a password to any host. */
function findInNetrc(host: string, environment: NodeJS.ProcessEnv): Credentials | undefined {
  const words = readNetrc(environment.NETRC ?? join(homedir(), '.netrc')).split(/\s+/);
  for (let at = words.indexOf('machine'); at >= 0; at = words.indexOf('machine', at + 1)) {
    if (words[at + 1] !== host) continue;
    const found: Record<string, string> = {};
    for (let next = at + 2; ['login', 'password', 'account'].includes(words[next]!); next += 2) found[words[next]!] = words[next + 1] ?? '';
    return { username: found.login ?? '', password: found.password ?? '' };
  }
  return undefined;
}

function readNetrc(path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/^#.*$/gm, '');
  } catch {
    return '';
  }
}
