// The engine in Node, for the CLI and for whoever wants it headless: `import { makeNodeEngine } from 'terrarium/dist/node/engine.mjs'`.
import { makeEngine } from '../make-engine';
import { success, type Outcome } from '../model/failure';
import type { Engine } from '../protocol/engine';
import { makeNodePython } from '../protocol/python-node';
import { makeNodeSupply, type NodeSupplySettings } from '../supply/node-supply';

export interface NodeEngine {
  engine: Engine;
  /** Ends Python's thread; the process may then end. */
  close(): void;
}

export async function makeNodeEngine(options: NodeSupplySettings = {}): Promise<Outcome<NodeEngine>> {
  const supply = await makeNodeSupply(options);
  if (!supply.ok) return supply;
  const python = makeNodePython();
  return success({ engine: makeEngine(python, supply.value), close: () => python.close() });
}
