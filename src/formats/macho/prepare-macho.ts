// A macOS launcher made ready to carry a payload: an existing signature is cut off, and a load command for the coming one is there.
import { FormatError } from '../format-error';
import { readMacho, type MachoFile } from './read-macho';

const signatureCommandSize = 16;

export function prepareMacho(launcher: Uint8Array): Uint8Array<ArrayBuffer> {
  const file = readMacho(launcher);
  if (file.signature) return cutSignature(launcher, file.signature);
  return insertCommand(new Uint8Array(launcher), file);
}

function cutSignature(launcher: Uint8Array, { dataoff, datasize }: { dataoff: number; datasize: number }): Uint8Array<ArrayBuffer> {
  if (dataoff === 0 || dataoff + datasize !== launcher.length) {
    throw new FormatError('Preparing the macOS launcher, a signature that does not end where the file ends was found.', { offset: dataoff });
  }
  return launcher.slice(0, dataoff) as Uint8Array<ArrayBuffer>;
}

/** Linkers for x86_64 sign nothing; the room before the first section takes the command. */
function insertCommand(launcher: Uint8Array<ArrayBuffer>, file: MachoFile): Uint8Array<ArrayBuffer> {
  const { commandsEnd, firstSection, commandCount } = file;
  const room = launcher.subarray(commandsEnd, commandsEnd + signatureCommandSize);
  if (commandsEnd + signatureCommandSize > firstSection || room.some((byte) => byte !== 0)) {
    throw new FormatError('Preparing the macOS launcher, no room for the load command of a signature was found.', { offset: commandsEnd, notes: ['Link it with -headerpad.'] });
  }
  const view = new DataView(launcher.buffer);
  view.setUint32(16, commandCount + 1, true);
  view.setUint32(20, commandsEnd + signatureCommandSize - 32, true);
  view.setUint32(commandsEnd, 0x1d, true);
  view.setUint32(commandsEnd + 4, signatureCommandSize, true);
  return launcher;
}
