import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import type { ConsistencyProof } from '../../domain/bundle/pins.ts';
import { parseJson } from '../../domain/bundle/strict-json.ts';
import { LetheError } from '../../domain/errors.ts';

/** A signed note has some hundred bytes, with many witnesses a few thousand. */
const MOST_NOTE_BYTES = 64 * 1024;

/** A small file that the caller names. Throws LetheError `file-unreadable`. */
export async function readSmall(path: string, maximum = MOST_NOTE_BYTES): Promise<Buffer> {
  try {
    const { size } = await stat(path);
    if (size > maximum) throw new LetheError('file-unreadable', `${path} is too large for what it should be`);
    return await readFile(path);
  } catch (error) {
    if (error instanceof LetheError) throw error;
    throw new LetheError('file-unreadable', `${path} cannot be read`, { cause: error });
  }
}

const consistencyAnswer = z.looseObject({
  from: z.int().min(0),
  to: z.int().min(0),
  proof: z.array(z.base64().length(44)).max(128),
});

/** A consistency proof as `GET …/log/proof?from=&to=` answers it. Throws LetheError `consistency-invalid`. */
export async function readConsistency(path: string): Promise<ConsistencyProof> {
  const json = parseJson(await readSmall(path));
  const parsed = consistencyAnswer.safeParse(json?.value);
  if (!parsed.success) {
    throw new LetheError('consistency-invalid', `${path} is not a consistency proof: {from, to, proof}`);
  }
  const { from, to, proof } = parsed.data;
  return { from, to, proof: proof.map(hash => Buffer.from(hash, 'base64')) };
}
