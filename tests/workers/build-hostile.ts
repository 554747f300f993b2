// A project whose backend is its own → what the engine's build makes of it, in an interpreter of that pool.
import { callBackend } from '../../src/build/call-backend';
import { success } from '../../src/model/failure';
import { projectRoot, type Python } from '../../src/protocol/python';
import { writeBackend } from './hostile-backends';

export async function buildHostile(python: Python, does: string, values: Record<string, string | number> = {}) {
  const call = { files: writeBackend(does, values), top: projectRoot, root: projectRoot, backend: 'backend', backendPath: ['.'], requires: [], label: 'app' };
  const reporter = { report: () => undefined, signal: new AbortController().signal };
  return callBackend(call, { python, reporter, hookLimit: 8000, findEnvironment: async () => success({ key: 'none', wheels: [] }) });
}
