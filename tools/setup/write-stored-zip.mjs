// Members become a zip (APPNOTE 6.3.10) without compression and with fixed times, so that same members give same bytes.
import { crc32 } from 'node:zlib';

const date1980 = 0x21;
const utf8Names = 0x800;

/** `members`: `{name, content}`, in the order wanted. */
export function writeStoredZip(members) {
  const locals = [];
  const central = [];
  let offset = 0;
  for (const { name, content } of members) {
    const bytes = Buffer.from(name, 'utf8');
    const fields = makeFields(content, bytes.length);
    const local = Buffer.concat([writeNumbers([[4, 0x04034b50], ...fields]), bytes, content]);
    central.push(writeNumbers([[4, 0x02014b50], [2, 0x0314], ...fields, [2, 0], [2, 0], [2, 0], [4, (0o100644 << 16) >>> 0], [4, offset]]), bytes);
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const count = members.length;
  const end = writeNumbers([[4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, directory.length], [4, offset], [2, 0]]);
  return Buffer.concat([...locals, directory, end]);
}

/** The fields that the local header and the central directory share, from "version needed" to "extra field length". */
const makeFields = (content, nameLength) => [
  [2, 20], [2, utf8Names], [2, 0], [2, 0], [2, date1980], [4, crc32(content)], [4, content.length], [4, content.length], [2, nameLength], [2, 0],
];

function writeNumbers(fields) {
  const buffer = Buffer.alloc(fields.reduce((sum, [size]) => sum + size, 0));
  let at = 0;
  for (const [size, value] of fields) at = buffer.writeUIntLE(value, at, size);
  return buffer;
}
