// Every target there is: each file of this folder beside this one.
import type { Target } from '../model/target';

const modules = import.meta.glob<Target>(['./*.ts', '!./registry.ts'], { eager: true, import: 'default' });

const order = ['linux', 'windows', 'macos'];
/** Sorted by system, then id, so that tables and plans have one order. */
export const targets: readonly Target[] = Object.values(modules).sort(
  (a, b) => order.indexOf(a.os) - order.indexOf(b.os) || (a.arch === b.arch ? 0 : a.id < b.id ? 1 : -1),
);

export const findTarget = (id: string): Target | undefined => targets.find((target) => target.id === id);
