import { z } from 'zod';
import { LetheError } from '../../domain/errors.ts';
import type { CosignAnswer, CosignRequest, Witness } from '../../domain/ports/notary.ts';
import type { VerifierKey } from '../../domain/tlog/keys.ts';

const TIMEOUT_MS = 5_000;
const MAX_ANSWER_BYTES = 16_384;
const size = z
  .string()
  .regex(/^(0|[1-9]\d{0,15})\n$/)
  .transform(Number);

/** A witness over HTTP. `url` is its submission prefix (C2SP tlog-witness, add-checkpoint). */
export const createHttpWitness = (key: VerifierKey, url: string): Witness => ({
  key,
  addCheckpoint: async request => {
    const response = await post(key, `${url.replace(/\/$/, '')}/add-checkpoint`, bodyOf(request));
    return read(key, response, await textOf(key, response));
  },
});

/** The old size, the consistency proof, an empty line, the signed checkpoint. */
function bodyOf({ old, proof, note }: CosignRequest): string {
  const hashes = proof.map(hash => `${hash.toString('base64')}\n`);
  return `old ${old}\n${hashes.join('')}\n${note}`;
}

async function post(key: VerifierKey, url: string, body: string): Promise<Response> {
  try {
    return await fetch(url, {
      method: 'POST',
      body,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: 'error',
    });
  } catch (error) {
    throw unavailable(key, 'does not answer', error);
  }
}

/** What a witness sends is not trusted to end. */
async function textOf(key: VerifierKey, { body }: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const piece of body ?? []) {
      bytes += piece.length;
      if (bytes > MAX_ANSWER_BYTES) break;
      pieces.push(piece);
    }
  } catch (error) {
    throw unavailable(key, 'broke off its answer', error);
  }
  if (bytes > MAX_ANSWER_BYTES) throw unavailable(key, 'answers at too great a length');
  return Buffer.concat(pieces).toString('utf8');
}

function read(key: VerifierKey, { status, headers }: Response, text: string): CosignAnswer {
  if (status === 200) return { status: 'cosigned', lines: text.split('\n').filter(line => line !== '') };
  // Without the type, 409 says that it knows another root of the same size.
  const conflict = headers.get('content-type') === 'text/x.tlog.size' ? size.safeParse(text) : undefined;
  if (status === 409 && conflict?.success === true) return { status: 'conflict', size: conflict.data };
  throw unavailable(key, `answers ${status}`);
}

const unavailable = (key: VerifierKey, message: string, cause?: unknown): LetheError =>
  new LetheError('witness-unavailable', `witness ${key.name} ${message}`, { cause });
