// Results → lines for people.
import type { Inspection } from '../artifact/inspect-artifact';
import type { ZipappInspection } from '../artifact/inspect-zipapp';
import { locatorFlags } from '../formats/locator/locator';
import type { Failure } from '../model/failure';
import type { Plan } from '../model/plan';
import { printMinimum } from '../model/print-minimum';
import { printTable } from './print-table';

export const printFailure = (failure: Failure): string =>
  [`${failure.message} [${failure.code}]`, ...failure.notes.map((note) => `  ${note}`)].join('\n') + '\n';

export function printSize(bytes: number): string {
  return bytes < 1000 ? `${bytes} B` : bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

export function printPlan(plan: Plan): string {
  const lines = [`${plan.name} ${plan.version}, Python ${plan.python}, starts ${plan.entry}`];
  for (const artifact of plan.artifacts) {
    lines.push('', `${artifact.name}${artifact.size === undefined ? '' : `  ${printSize(artifact.size)}`}${artifact.minimum ? `  ${printMinimum(artifact.minimum)}` : ''}`);
    const rows = [...artifact.layers.flatMap((layer) => layer.parts), ...artifact.parts];
    lines.push(printTable(rows.map((part) => [`  ${part.id}`, printSize(part.size), part.sha256?.slice(0, 12) ?? '', part.reason])).trimEnd());
  }
  return lines.join('\n') + '\n';
}

export const printInspection = (found: Inspection | ZipappInspection): string =>
  'locator' in found ? printExecutable(found) : printZipapp(found);

function printZipapp({ name, size, shebang, entries, distributions, native, checked }: ZipappInspection): string {
  return [
    `${name} is a zipapp: ${entries} entries, ${size} bytes${shebang === undefined ? '' : `, started by ${shebang}`}; ${checked} files checked`,
    native.length ? `${native.length} files are native code: it runs on one platform only` : 'pure Python: it runs wherever Python does',
    ...distributions.map((one) => `  ${one}`),
  ].join('\n') + '\n';
}

function printExecutable({ form, size, locator, manifest, checked }: Inspection): string {
  const head = [
    `${manifest.name} ${manifest.version} for ${manifest.target} (${form}), CPython ${manifest.python}, starts ${manifest.entry}`,
    `${size} bytes; runtime ${locator.runtimeKey}, app ${locator.appKey}; ${checked} parts checked`,
  ];
  if (locator.flags & locatorFlags.windowed) head.push('has a window, no console');
  if (locator.flags & locatorFlags.selfCommands) head.push('takes `self info` and its like as arguments');
  const needs = printMinimum(manifest.minimum);
  if (needs) head.push(needs);
  const rows = manifest.layers.flatMap((layer) => [
    [layer.name, `at ${layer.offset}`, `${layer.size}`, layer.digest],
    ...layer.parts.map((part) => [`  ${part.id}`, '', `${part.size}`, part.sha256 ?? '']),
  ]);
  return `${head.join('\n')}\n${printTable(rows)}`;
}
