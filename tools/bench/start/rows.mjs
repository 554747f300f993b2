// Samples → the rows that are printed.
import { ours, plainVenv } from './contenders.mjs';
import { floors, second } from './measure-app.mjs';
import { median, minimum, pairedRatio } from './statistics.mjs';

const milliseconds = (nanoseconds) => (nanoseconds / 1e6).toFixed(1);
const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
const printRatio = ({ value, low, high }) => `${value.toFixed(2)} [${low.toFixed(2)}–${high.toFixed(2)}]`;

export function startRows({ contenders, warm, cold, disk }) {
  const head = ['', 'later: median ms', 'fastest', '× venv', 'first: median ms', 'fastest', '× venv', 'handed out: MB', 'files', 'on disk after: MB', 'files', 'brings CPython'];
  const times = (samples, name) => (samples[name] ? [milliseconds(median(samples[name])), milliseconds(minimum(samples[name])), printRatio(pairedRatio(samples[name], samples[plainVenv]))] : ['', '', '']);
  const use = ({ bytes, files }) => (files === 0 ? ['–', '–'] : [megabytes(bytes), files]);
  return [
    head,
    ...contenders.map(({ name, bringsPython }) => [name, ...times(warm, name), ...times(cold, name), ...use(disk[name].handedOut), ...use(disk[name].left), bringsPython ? 'yes' : 'no']),
    ...[second, ...Object.values(floors)].map((name) => [name, ...times(warm, name), ...times(cold, name)]),
  ];
}

/** Each goal as a ratio to what it allows, so that 1 is the bar. */
export function goalRows(hello, plotter) {
  const allowed = hello.warm[floors.isolated].map((time) => 1.05 * time + 1e6);
  return [
    ['what', 'measured', 'goal', 'met'],
    goal('launcher + hello', hello.warm[ours], allowed, 1, `1.05 × ${floors.isolated} + 1 ms`),
    goal('launcher + hello', hello.warm[ours], hello.warm[floors.bare], 1, floors.bare),
    goal('plotter, later start', plotter.warm[ours], plotter.warm[plainVenv], 1, 'python -m plotter in the venv'),
    goal('hello, first start', hello.cold[ours], hello.cold[floors.unpacking], 1.25, floors.unpacking),
    goal('plotter, first start', plotter.cold[ours], plotter.cold[floors.unpacking], 1.25, floors.unpacking),
  ];
}

function goal(what, samples, others, bar, other) {
  const ratio = pairedRatio(samples, others);
  const met = ratio.value <= bar ? 'yes' : ratio.low <= bar ? 'undecided: within the noise' : 'no';
  return [what, `${printRatio(ratio)} × (${other})`, `<= ${bar}`, `${met} (${milliseconds(median(samples))} to ${milliseconds(bar * median(others))} ms)`];
}
