// Steps are run in order, those that are current skipped; each says what it does, shows progress and how long it took.
const quietSeconds = 15;

/** A step: `{name, isCurrent(): boolean | Promise, run(say): Promise}`. Resolves to the names of those that ran. */
export async function runSteps(steps, write = (line) => console.log(line)) {
  const ran = [];
  for (const step of steps) {
    if (await step.isCurrent()) continue;
    await runStep(step, write);
    ran.push(step.name);
  }
  return ran;
}

async function runStep(step, write) {
  const started = performance.now();
  const seconds = () => ((performance.now() - started) / 1000).toFixed(1);
  let last = started;
  const say = (line) => { last = performance.now(); write(`    ${line}`); };
  const ticker = setInterval(() => {
    if (performance.now() - last > quietSeconds * 1000) say(`still at it after ${seconds()} s`);
  }, 1000);
  write(`• ${step.name}`);
  try {
    await step.run(say);
  } finally {
    clearInterval(ticker);
  }
  write(`    done in ${seconds()} s`);
}

/** True where no step has anything to do. */
export async function areCurrent(steps) {
  for (const step of steps) if (!(await step.isCurrent())) return false;
  return true;
}
