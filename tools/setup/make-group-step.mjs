// Several steps of one kind become one, which runs those that are not current, a few at a time.
/** `steps()` is called anew each time, as what it lists may come from an earlier step. */
export function makeGroupStep(name, atATime, steps) {
  const pending = async () => {
    const list = [];
    for (const step of steps()) if (!(await step.isCurrent())) list.push(step);
    return list;
  };
  return {
    name,
    isCurrent: async () => (await pending()).length === 0,
    async run(say) {
      const list = await pending();
      let done = 0;
      await runSome(list, atATime, async (step) => {
        await step.run(say);
        say(`${step.name} (${++done} of ${list.length})`);
      });
    },
  };
}

/** Calls `work` for each item, at most `atATime` at once; after a failure nothing new is started. */
export async function runSome(items, atATime, work) {
  const queue = [...items];
  const lane = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  const lanes = Array.from({ length: atATime }, lane);
  const stopped = (await Promise.allSettled(lanes.map((each) => each.catch((error) => { queue.length = 0; throw error; })))).find((each) => each.status === 'rejected');
  if (stopped) throw stopped.reason;
}
