// A file whose SHA-256 was known before it was fetched: lets it through, and nothing else.
import { createHash } from 'node:crypto';
import { Transform } from 'node:stream';

/** Bytes: small archives are held whole. */
const heldBack = 256 * 1024;

/** Holds back the last bytes until the hash is known; says `checked` before the first ones pass. */
export function makePromiseGate(sha256) {
  const hash = createHash('sha256');
  let held = Buffer.alloc(0);
  let known = false;
  let opened = false;
  const open = (gate, bytes) => {
    if (!opened) gate.emit('checked');
    opened = true;
    gate.push(bytes);
  };
  return new Transform({
    transform(chunk, _encoding, done) {
      hash.update(chunk);
      held = Buffer.concat([held, chunk]);
      known ||= held.length >= 4 && isArchive(held);
      if (!known && held.length >= 4) return done(new Error('sent no wheel and no source archive'));
      const ready = Math.max(0, held.length - heldBack);
      if (ready) open(this, held.subarray(0, ready));
      held = held.subarray(ready);
      done();
    },
    flush(done) {
      if (!known || hash.digest('hex') !== sha256) return done(new Error('sent another file than was promised'));
      open(this, held);
      done();
    },
  });
}

const isArchive = (bytes) => bytes.subarray(0, 4).equals(Buffer.from('PK\x03\x04')) || (bytes[0] === 0x1f && bytes[1] === 0x8b);
