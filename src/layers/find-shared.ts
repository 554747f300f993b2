// What the wheels of one app bring → which files come twice. The launcher refuses a name that comes twice; installers let one file stay.
import { ClaimedPaths } from '../formats/claimed-paths';

export interface Bringer {
  /** For people: `click-8.3.1-py3-none-any.whl`. */
  name: string;
  /** Hash by path in the app's folder. */
  placed: Record<string, string>;
}

export interface Shared {
  /** Beside the bringers: paths that one before has brought. */
  omit: string[][];
  /** Lines for people, on files that differ. */
  notices: string[];
}

/** The first stays, as in zipapps. */
export function findShared(bringers: Bringer[]): Shared {
  const claimed = new ClaimedPaths<{ name: string; hash: string }>();
  const notices: string[] = [];
  const omit = bringers.map((bringer) => {
    const paths = Object.entries(bringer.placed);
    const twice = paths.filter(([path, hash]) => {
      const first = claimed.findOwner(path);
      if (first && first.hash !== hash) notices.push(`${path} comes with ${first.name} and, different, with ${bringer.name}; that of ${first.name} is packed.`);
      return first !== undefined;
    }).map(([path]) => path);
    const left = new Set(twice);
    for (const [path, hash] of paths) if (!left.has(path)) claimed.claim(path, { name: bringer.name, hash });
    return twice;
  });
  return { omit, notices };
}
