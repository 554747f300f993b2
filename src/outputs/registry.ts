// Every output there is: each file of this folder beside this one.
import type { Output } from '../model/output';

const modules = import.meta.glob<Output>(['./*.ts', '!./registry.ts'], { eager: true, import: 'default' });

export const outputs: readonly Output[] = Object.values(modules).sort((a, b) => (a.id < b.id ? -1 : 1));

export const findOutput = (id: string): Output | undefined => outputs.find((output) => output.id === id);
