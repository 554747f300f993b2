// A Windows launcher made ready to carry a payload: subsystem chosen, no certificate, length a multiple of 8 so that a later
// Authenticode signature moves nothing.
import { FormatError } from '../format-error';
import { readPe } from './read-pe';

const subsystems = { windowed: 2, console: 3 } as const;
const securityDirectory = 4;

export function preparePe(launcher: Uint8Array, subsystem: keyof typeof subsystems): Uint8Array<ArrayBuffer> {
  const { at, imageEnd, directoryCount } = readPe(launcher);
  const view = new DataView(launcher.buffer, launcher.byteOffset);
  const certificate = directoryCount > securityDirectory ? view.getUint32(at.directories + 8 * securityDirectory, true) : 0;
  const end = certificate || launcher.length;
  if (end < imageEnd || end > launcher.length) throw new FormatError('Preparing the Windows launcher, a certificate in the middle of its sections was found.', { offset: certificate });
  const out = new Uint8Array(end + (-end & 7));
  out.set(launcher.subarray(0, end));
  const patched = new DataView(out.buffer);
  patched.setUint16(at.subsystem, subsystems[subsystem], true);
  // Only drivers need a right checksum; none is better than a wrong one.
  patched.setUint32(at.checksum, 0, true);
  if (directoryCount > securityDirectory) patched.setBigUint64(at.directories + 8 * securityDirectory, 0n, true);
  return out;
}
