// Cases of hazards that no test here can show, and why. Never counted as passed. Those of the process stand beside its tests.
import { readFileSync } from 'node:fs';
import { at } from '../setup/paths.mjs';

const ofProcess = JSON.parse(readFileSync(at('tests/native/process/not-run.json'), 'utf8'));

export const notRun = [
  ...ofProcess.map(({ hazard, platform, what, why }) => ({ label: hazard, what: `${platform}: ${what}`, why })),
  { label: 'T3', what: 'a home folder on NFS', why: 'no NFS server on a test machine; its two differences, locks that fail and errors told at sync or close, are tried under T15 and T7' },
  { label: 'T10', what: 'power cut for real', why: 'needs a machine to be switched off; an ext4 image as it stands at each system call is mounted instead' },
  { label: 'T12', what: 'a junction in the place of a cache folder', why: 'wine does not make junctions as Windows does' },
  { label: 'T15', what: 'locks on NFS and on macOS', why: 'neither is at hand; a flock that fails stands for them' },
  { label: 'T18', what: 'UPX', why: 'it is not set up here; what it makes is a file without the locator’s copy, as strip does' },
  { label: 'T18', what: 'codesign by Apple’s own tool, and Gatekeeper’s judgement', why: 'need a Mac' },
  { label: 'T18', what: 'Authenticode as Windows and SmartScreen judge it', why: 'need Windows' },
  { label: 'T29', what: 'a virus scanner that holds new files', why: 'needs Windows: wine renames a folder in which a file is open, so that the retry never has to wait' },
  { label: 'T31', what: 'quarantine and translocation on macOS', why: 'need a Mac' },
  { label: 'T31', what: 'an older processor', why: 'none is at hand; the emulated arm64 start stands for a foreign one' },
];
