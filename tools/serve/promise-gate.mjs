// A file whose SHA-256 was known before it was fetched: lets it through, and nothing else.
import { createHash } from 'node:crypto';
import { Transform } from 'node:stream';

/** Bytes: small archives are held whole. */
const heldBack = 256 * 1024;

/** Holds back the last bytes until the hash is known; says `checked` when the first ones are those of an archive. */
export function makePromiseGate(sha256) {
  const hash = createHash('sha256');
  let held = Buffer.alloc(0);
  let begun = false;
  return new Transform({
    transform(chunk, _encoding, done) {
      hash.update(chunk);
      held = Buffer.concat([held, chunk]);
      if (!begun && held.length >= 4) {
        if (!isArchive(held)) return done(new Error('sent no wheel and no source archive'));
        begun = true;
        this.emit('checked');
      }
      const ready = begun ? Math.max(0, held.length - heldBack) : 0;
      if (ready) this.push(held.subarray(0, ready));
      held = held.subarray(ready);
      done();
    },
    flush(done) {
      if (!begun || hash.digest('hex') !== sha256) return done(new Error('sent another file than was promised'));
      this.push(held);
      done();
    },
  });
}

const isArchive = (bytes) => bytes.subarray(0, 4).equals(Buffer.from('PK\x03\x04')) || (bytes[0] === 0x1f && bytes[1] === 0x8b);
