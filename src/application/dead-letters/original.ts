import { z } from 'zod';

/** A message as it was in its topic. */
export interface Original {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, Buffer>>;
}

const bytes = z.base64().transform(text => Buffer.from(text, 'base64'));
const stored = z.object({
  key: bytes.nullable(),
  value: bytes.nullable(),
  headers: z.record(z.string(), bytes),
});

const encoded = (buffer: Buffer | null): string | null => buffer?.toString('base64') ?? null;

/** JSON with Base64: what was sent may be any bytes. To be sealed. */
export const encodeOriginal = ({ key, value, headers }: Original): Buffer =>
  Buffer.from(
    JSON.stringify({
      key: encoded(key),
      value: encoded(value),
      headers: Object.fromEntries(Object.entries(headers).map(([name, header]) => [name, encoded(header)])),
    }),
  );

export const decodeOriginal = (opened: Buffer): Original => stored.parse(JSON.parse(opened.toString('utf8')));
