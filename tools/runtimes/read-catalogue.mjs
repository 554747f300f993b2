// catalogue.json (which CPython builds there are, and where from) is read and checked.
import { readFileSync } from 'node:fs';
import { at } from '../setup/paths.mjs';
import { SetupStop } from '../setup/setup-stop.mjs';

export function readCatalogue(file = at('tools/runtimes/catalogue.json')) {
  const catalogue = JSON.parse(readFileSync(file, 'utf8'));
  const problems = checkCatalogue(catalogue);
  if (problems.length) throw new SetupStop(`reading the catalogue of CPython builds:\n  ${problems.join('\n  ')}`);
  return catalogue;
}

/** Sentences; none where all is well. */
export function checkCatalogue(catalogue) {
  if (catalogue.format !== 1) return [`its format is ${JSON.stringify(catalogue.format)}, 1 was expected`];
  const sources = Object.entries(catalogue.sources ?? {}).flatMap(([id, source]) => checkSource(id, source));
  return [...sources, ...(catalogue.builds ?? []).flatMap((build, index) => checkBuild(catalogue, build, index)), ...checkHost(catalogue)];
}

const needed = {
  'go-module': { module: /^[\w./-]+$/, version: /^v[\w.-]+$/, sum: /^h1:[\w+/]+=*$/ },
  archives: { location: /./, release: /^\d{8}$/ },
};

function checkSource(id, source) {
  const fields = needed[source.kind];
  if (!fields) return [`source ${id} is of kind ${JSON.stringify(source.kind)}, go-module or archives was expected`];
  const wrong = Object.entries(fields).filter(([field, pattern]) => !pattern.test(source[field] ?? ''));
  return wrong.map(([field]) => `source ${id} has ${JSON.stringify(source[field])} as its ${field}`);
}

function checkBuild(catalogue, build, index) {
  const name = `build ${index + 1} (${build.python} for ${build.target})`;
  const source = catalogue.sources?.[build.source];
  const problems = [];
  if (!/^\d+\.\d+\.\d+$/.test(build.python ?? '')) problems.push(`${name} has no full version`);
  if (!/^(linux|macos|windows)-(x86_64|arm64)$/.test(build.target ?? '')) problems.push(`${name} has an unknown target`);
  if (!source) problems.push(`${name} names the source ${JSON.stringify(build.source)}, which is not there`);
  if (source?.kind === 'go-module' && !/^[\w-]+$/.test(build.build ?? '')) problems.push(`${name} does not name its folder in the Go module`);
  if (build.sha256 !== undefined && !/^[0-9a-f]{64}$/.test(build.sha256)) problems.push(`${name} has a malformed sha256`);
  if (catalogue.builds.findIndex((other) => other.python === build.python && other.target === build.target) !== index) problems.push(`${name} is there twice`);
  return problems;
}

/** The packer itself needs zstd, which came with 3.14. */
function checkHost(catalogue) {
  const able = (catalogue.builds ?? []).some((build) => Number(build.python?.split('.')[1]) >= 14);
  return able ? [] : ['no build is of Python 3.14 or newer, which packs the others'];
}
