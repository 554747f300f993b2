// Node's Python thread, run by src/protocol/python-node.ts once built.
import { parentPort } from 'node:worker_threads';
import { makeNodeEndpoint } from '../../src/protocol/node-endpoint';
import { findNodePlace } from './node-place';
import { exposePython } from './remote';

if (!parentPort) throw new Error('This file is the entry of a worker thread.');
exposePython(makeNodeEndpoint(parentPort), findNodePlace);
