// Ctrl-C, or the end of the session → one AbortSignal. What does not stop by it within the grace is left where it is.

/** Milliseconds: a person who pressed Ctrl-C waits a second, not longer. */
const grace = 700;
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Interruption {
  signal: AbortSignal;
  /** No longer listens. */
  end(): void;
}

/** `giveUp` is called when the grace is over. */
export function listenForInterruption(giveUp: () => void): Interruption {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const interrupt = () => {
    timer ??= setTimeout(giveUp, grace);
    controller.abort();
  };
  for (const name of signals) process.on(name, interrupt);
  return {
    signal: controller.signal,
    end() {
      clearTimeout(timer);
      for (const name of signals) process.off(name, interrupt);
    },
  };
}
