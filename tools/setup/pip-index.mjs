// The machine's pip, asked for the index that it uses. Nothing of it is spelled out here.
import { homedir } from 'node:os';
import path from 'node:path';
import { findPython } from './find-program.mjs';
import { runCommand } from './run-command.mjs';
import { SetupStop } from './setup-stop.mjs';

const doing = 'asking pip for its index';
/** In pip's own order: environment, the command's section, the global one. */
const keys = [':env:.index-url', 'download.index-url', 'install.index-url', 'global.index-url'];
const ownDefault = 'from pip._internal.models.index import PyPI; print(PyPI.simple_url)';

/** Its URL, ending in a slash, credentials included where pip has them. */
export async function fetchPipIndex() {
  const python = findPython();
  const settings = parseSettings(await runCommand(doing, python, ['-m', 'pip', 'config', 'list']));
  const configured = keys.map((key) => settings.get(key)).find((value) => value);
  const url = configured ?? (await runCommand(doing, python, ['-c', ownDefault])).trim();
  if (!/^https?:\/\//.test(url)) throw new SetupStop(`${doing}: it answered ${JSON.stringify(url)}, a URL with http or https was expected.`);
  return url.endsWith('/') ? url : `${url}/`;
}

/** Lines `name='value'`. */
function parseSettings(text) {
  const pairs = [...text.matchAll(/^(\S+?)=(['"])(.*)\2$/gm)];
  return new Map(pairs.map(([, key, , value]) => [key, value]));
}

/** The URL as it may be written down: `{url, hadCredentials}`. */
export function stripCredentials(text) {
  const url = new URL(text);
  const hadCredentials = Boolean(url.username || url.password);
  url.username = url.password = '';
  return { url: url.href, hadCredentials };
}

/** Where pip may keep its configuration (its documentation, "Configuration files"). */
export function findPipFiles() {
  const home = homedir();
  const name = process.platform === 'win32' ? 'pip.ini' : 'pip.conf';
  const folders = [
    '/etc', '/etc/xdg/pip', '/Library/Application Support/pip', process.env.PROGRAMDATA && path.join(process.env.PROGRAMDATA, 'pip'),
    path.join(home, '.pip'), path.join(home, 'pip'), path.join(process.env.XDG_CONFIG_HOME ?? path.join(home, '.config'), 'pip'),
    path.join(home, 'Library/Application Support/pip'), process.env.APPDATA && path.join(process.env.APPDATA, 'pip'), process.env.VIRTUAL_ENV,
  ];
  return [...folders.filter(Boolean).map((folder) => path.join(folder, name)), process.env.PIP_CONFIG_FILE].filter(Boolean);
}
