export interface EncryptionKey {
  readonly id: string;
  readonly secret: Buffer;
}

/** Reads `id:base64-of-32-bytes[,id:...]`; the first encrypts, all decrypt. Answers null for anything else. */
export function parseEncryptionKeys(text: string): EncryptionKey[] | null {
  const keys = text.split(',').map((part) => {
    const [, id, encoded] = /^\s*([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/=]+)\s*$/.exec(part) ?? [];
    return { id: id ?? '', secret: Buffer.from(encoded ?? '', 'base64') };
  });
  const sound = keys.every((key) => key.id && key.secret.length === 32);
  const distinct = new Set(keys.map((key) => key.id)).size === keys.length;
  return sound && distinct ? keys : null;
}
