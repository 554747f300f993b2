// A second thread that watches how much processor time one input takes: a reader that hangs cannot be stopped from its own thread.
import { Worker } from 'node:worker_threads';

export interface Watch {
  begin(seed: number): void;
  name(reader: string): void;
  end(): Promise<unknown>;
}

/** Seconds of processor time of the whole process, for one input. The slowest takes a hundredth. */
const most = 20;

const program = `
const { workerData } = require('node:worker_threads');
const { writeSync } = require('node:fs');
const state = new Int32Array(workerData);
let [tries, since] = [-1, 0];
setInterval(() => {
  const { user, system } = process.cpuUsage();
  const used = (user + system) / 1e6;
  if (state[0] !== tries) [tries, since] = [state[0], used];
  else if (tries > 0 && used - since > ${most}) {
    const name = Buffer.from(new Uint8Array(workerData, 16)).toString().replace(/\\0+$/, '');
    writeSync(2, '\\n' + name + ': one input took more than ${most} s of processor time\\n  npm run fuzz -- --reader ' + name + ' --seed ' + state[1] + ' --cases 1\\n');
    process.kill(process.pid, 'SIGKILL');
  }
}, 250);`;

export function startWatch(): Watch {
  const shared = new SharedArrayBuffer(16 + 64);
  const state = new Int32Array(shared, 0, 4);
  const worker = new Worker(program, { eval: true, workerData: shared });
  worker.unref();
  return {
    begin(seed) {
      state[1] = seed;
      Atomics.add(state, 0, 1);
    },
    name(reader) {
      const place = new Uint8Array(shared, 16);
      place.fill(0);
      place.set(Buffer.from(reader).subarray(0, 64));
    },
    end: () => worker.terminate(),
  };
}
