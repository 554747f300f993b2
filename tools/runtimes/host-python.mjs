// Our own CPython for this machine (3.14 or newer), unpacked by set-up: what runs the packer and the Python tests.
import { interpreterOf } from './build-places.mjs';
import { findPackerBuild } from './pack-build.mjs';
import { readCatalogue } from './read-catalogue.mjs';

/** Absolute path of its interpreter. */
export const findHostPython = () => interpreterOf(findPackerBuild(readCatalogue()));
