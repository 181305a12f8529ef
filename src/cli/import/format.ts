import { open } from 'node:fs/promises';
import { extname } from 'node:path';

export const FORMATS = ['tsv', 'csv', 'jsonl', 'lines', 'cloudevents'] as const;
export type Format = (typeof FORMATS)[number];

/** Enough for the first event of any real file. */
const HEAD_BYTES = 64 * 1024;
const BY_EXTENSION: Readonly<Record<string, Format>> = { '.tsv': 'tsv', '.csv': 'csv', '.txt': 'lines' };

/** What a file seems to be: by its extension, else by its first line. Prompts hold commas, so CSV is never guessed. */
export async function detectFormat(path: string): Promise<Format> {
  const known = BY_EXTENSION[extname(path).toLowerCase()];
  if (known !== undefined) return known;
  const first =
    (await readHead(path))
      .replace(/^\uFEFF/, '')
      .trimStart()
      .split('\n', 1)[0] ?? '';
  if (first.startsWith('{')) return /"specversion"\s*:/.test(first) ? 'cloudevents' : 'jsonl';
  if (/\.(jsonl?|ndjson)$/i.test(path)) return 'jsonl';
  return first.includes('\t') ? 'tsv' : 'lines';
}

async function readHead(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
