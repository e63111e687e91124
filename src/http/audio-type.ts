/** The formats that Asterisk records in, and those that recordings are commonly converted to. */
const types: Readonly<Record<string, string>> = {
  wav: 'audio/wav',
  wav16: 'audio/wav',
  wav49: 'audio/wav',
  mp3: 'audio/mpeg',
  ogg: 'audio/ogg',
  oga: 'audio/ogg',
  opus: 'audio/ogg',
  m4a: 'audio/mp4',
  aac: 'audio/aac',
  flac: 'audio/flac',
  webm: 'audio/webm',
  gsm: 'audio/x-gsm',
};

/** By the file's extension. Raw formats without a header (ulaw, alaw, sln, g722...) are plain bytes to a browser. */
export function audioType(fileName: string): string {
  const extension = /\.([A-Za-z0-9]+)$/.exec(fileName)?.[1]?.toLowerCase() ?? '';
  return Object.hasOwn(types, extension) ? (types[extension] ?? '') : 'application/octet-stream';
}
