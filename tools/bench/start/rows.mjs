// Samples → the rows that are printed.
import { ours, plainVenv } from './contenders.mjs';
import { floors, second } from './measure-app.mjs';
import { median, minimum, pairedRatio } from './statistics.mjs';

const milliseconds = (nanoseconds) => (nanoseconds / 1e6).toFixed(1);
const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
const printRatio = ({ value, low, high }) => `${value.toFixed(2)} [${low.toFixed(2)}–${high.toFixed(2)}]`;

export function startRows({ contenders, warm, cold, disk }) {
  const head = ['', 'later: median ms', 'fastest', '× venv', 'processor ms', '× venv', 'first: median ms', 'fastest', '× venv', 'handed out: MB', 'files', 'on disk after: MB', 'files', 'brings CPython'];
  const names = [...contenders.map(({ name }) => name), second, ...Object.values(floors)];
  const brings = new Map(contenders.map(({ name, bringsPython }) => [name, bringsPython ? 'yes' : 'no']));
  return [
    head,
    ...names.map((name) => [name, ...elapsedCells(warm, name), ...processorCells(warm, name), ...elapsedCells(cold, name), ...diskCells(disk[name]), brings.get(name)]),
  ];
}

function elapsedCells(samples, name) {
  if (!samples[name]) return ['', '', ''];
  const { elapsed } = samples[name];
  return [milliseconds(median(elapsed)), milliseconds(minimum(elapsed)), printRatio(pairedRatio(elapsed, samples[plainVenv].elapsed))];
}

function processorCells(samples, name) {
  if (!samples[name]) return ['', ''];
  const { processor } = samples[name];
  return [milliseconds(median(processor)), printRatio(pairedRatio(processor, samples[plainVenv].processor))];
}

function diskCells(disk) {
  const cells = ({ bytes, files }) => (files === 0 ? ['–', '–'] : [megabytes(bytes), files]);
  return disk ? [...cells(disk.handedOut), ...cells(disk.left)] : ['', '', '', ''];
}

/** Each goal as a ratio to what it is measured against, in elapsed time and, as a cross-check on a busy machine, in the processor's. */
export function goalRows(hello, plotter) {
  const same = (time) => time;
  const first = (app) => [
    goal(`${app.app.name}, first start less a later one`, withoutLater(app), floors.unpacking, same, 1.25),
    goal(`${app.app.name}, first start whole`, app.cold, floors.unpacking, same, 1.25),
  ];
  return [
    ['what', 'against', 'goal', 'measured', 'met', 'median ms', 'at most', 'processor alone'],
    goal('hello, later start', hello.warm, floors.isolated, (time) => 1.05 * time + 1e6, 1, `1.05 × ${floors.isolated} + 1 ms`),
    goal('hello, later start', hello.warm, floors.bare, same, 1),
    goal('plotter, later start', plotter.warm, plainVenv, same, 1),
    ...first(hello),
    ...first(plotter),
  ];
}

/** What a first start adds: unpacking is compared with unpacking, whatever the app itself does. */
function withoutLater({ cold, warm }) {
  const less = (kind) => cold[ours][kind].map((time) => time - median(warm[ours][kind]));
  return { ...cold, [ours]: { elapsed: less('elapsed'), processor: less('processor') } };
}

function goal(what, samples, other, allow, bar, against = other) {
  const { elapsed, processor } = samples[ours];
  const allowed = samples[other].elapsed.map(allow);
  const ratio = pairedRatio(elapsed, allowed);
  const met = ratio.value <= bar ? 'yes' : ratio.low <= bar ? 'within the noise' : 'no';
  const times = [milliseconds(median(elapsed)), milliseconds(bar * median(allowed))];
  return [what, against, `<= ${bar}`, printRatio(ratio), met, ...times, printRatio(pairedRatio(processor, samples[other].processor.map(allow)))];
}
