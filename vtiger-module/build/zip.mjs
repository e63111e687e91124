import { crc32 } from 'node:zlib';

/** Every entry is dated 1980-01-01, the first day a zip knows: the same files give the same bytes. */
const FIRST_DAY = 0x21;
const VERSION = 20;
const UTF8_NAMES = 0x800;
/** Unix, a plain file with rw-r--r--. */
const MADE_BY_UNIX = 0x314;
const PLAIN_FILE = 0o100644 * 0x10000;

/**
 * A zip archive without compression: what is inside does not depend on a compressor's version.
 * @param {ReadonlyArray<{ name: string, content: Buffer }>} files
 * @returns {Buffer}
 */
export function zip(files) {
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const file of files) {
    const name = Buffer.from(file.name, 'utf8');
    const fields = entryFields(name, file.content);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, name, file.content]);
    directory.push(directoryEntry(fields, name, offset));
    parts.push(local);
    offset += local.length;
  }
  const listed = Buffer.concat(directory);
  return Buffer.concat([...parts, listed, endOf(files.length, listed.length, offset)]);
}

/** The 26 bytes that the local header and the directory have in common. */
function entryFields(name, content) {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(VERSION, 0);
  fields.writeUInt16LE(UTF8_NAMES, 2);
  fields.writeUInt16LE(FIRST_DAY, 8);
  fields.writeUInt32LE(crc32(content), 10);
  fields.writeUInt32LE(content.length, 14);
  fields.writeUInt32LE(content.length, 18);
  fields.writeUInt16LE(name.length, 22);
  return fields;
}

function directoryEntry(fields, name, offset) {
  const head = Buffer.from('PK\x01\x02\x00\x00', 'latin1');
  head.writeUInt16LE(MADE_BY_UNIX, 4);
  const tail = Buffer.alloc(14);
  tail.writeUInt32LE(PLAIN_FILE, 6);
  tail.writeUInt32LE(offset, 10);
  return Buffer.concat([head, fields, tail, name]);
}

function endOf(count, size, offset) {
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return end;
}
