import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { text as textOf } from 'node:stream/consumers';
import { LetheError } from '../../src/domain/errors.ts';
import { verifyConsistency } from '../../src/domain/merkle/verify.ts';
import { Secret } from '../../src/domain/secret.ts';
import { checkpointText, openCheckpoint, type Checkpoint } from '../../src/domain/tlog/checkpoint.ts';
import { noteSigner, type VerifierKey } from '../../src/domain/tlog/keys.ts';
import { signatureLine } from '../../src/domain/tlog/note.ts';

export type Misbehaviour = 'forges' | 'fails' | 'says nothing';

/** A small witness of its own: remembers one checkpoint a log and cosigns what extends it (C2SP tlog-witness). */
export interface TestWitness {
  readonly key: VerifierKey;
  readonly url: string;
  /** Statuses that it has answered with. */
  readonly answered: number[];
  /** The newest checkpoint that it cosigned, by origin. */
  readonly seen: Map<string, Checkpoint>;
  misbehave(how: Misbehaviour | undefined): void;
  close(): Promise<void>;
}

const NOW_S = 1_767_225_600;

/** `logKey` answers with the key of a log that the witness knows. */
export async function startWitness(
  name: string,
  logKey: (origin: string) => VerifierKey | undefined,
): Promise<TestWitness> {
  const signer = noteSigner(name, 'cosignature/v1', new Secret(Buffer.alloc(32, name)));
  const forger = noteSigner(name, 'cosignature/v1', new Secret(Buffer.alloc(32, 'forger')));
  const seen = new Map<string, Checkpoint>();
  const answered: number[] = [];
  let misbehaviour: Misbehaviour | undefined;

  const judge = (body: string): { status: number; answer: string } => {
    if (misbehaviour === 'fails') return { status: 500, answer: '' };
    const { old, proof, note, origin } = parse(body);
    const key = logKey(origin);
    if (key === undefined) return { status: 404, answer: '' };
    const checkpoint = openCheckpoint(note, key);
    const last = seen.get(origin);
    if (old !== (last?.size ?? 0)) return { status: 409, answer: `${last?.size ?? 0}\n` };
    if (last !== undefined) verifyConsistency({ from: last, to: checkpoint, proof });
    else if (proof.length > 0) return { status: 422, answer: '' };
    seen.set(origin, checkpoint);
    const line = signatureLine(
      checkpointText(checkpoint),
      misbehaviour === 'forges' ? forger : signer,
      NOW_S,
    );
    return { status: 200, answer: misbehaviour === 'says nothing' ? '' : line };
  };
  const server = createServer((request, response) => {
    void answer(request, response, judge, answered);
  });
  return {
    ...{ key: signer.verifier, url: await listen(server), answered, seen },
    misbehave: how => {
      misbehaviour = how;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return `http://127.0.0.1:${address.port}/`;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  judge: (body: string) => { status: number; answer: string },
  answered: number[],
): Promise<void> {
  const isAsked = request.method === 'POST' && request.url === '/add-checkpoint';
  const judged = isAsked ? judged422(judge, await textOf(request)) : { status: 404, answer: '' };
  answered.push(judged.status);
  const type = judged.status === 409 ? 'text/x.tlog.size' : 'text/plain; charset=utf-8';
  response.writeHead(judged.status, { 'content-type': type }).end(judged.answer);
}

/** A proof or a signature that does not hold is refused. */
function judged422(
  judge: (body: string) => { status: number; answer: string },
  body: string,
): { status: number; answer: string } {
  try {
    return judge(body);
  } catch (error) {
    if (!(error instanceof LetheError)) return { status: 400, answer: '' };
    return { status: error.code === 'consistency-proof-invalid' ? 422 : 403, answer: '' };
  }
}

function parse(body: string): { old: number; proof: Buffer[]; note: string; origin: string } {
  const end = body.indexOf('\n\n');
  const [old = '', ...proof] = body.slice(0, end).split('\n');
  const note = body.slice(end + 2);
  if (!/^old (0|[1-9]\d*)$/.test(old)) throw new Error('no old size');
  return {
    old: Number(old.slice('old '.length)),
    proof: proof.map(hash => Buffer.from(hash, 'base64')),
    note,
    origin: note.split('\n')[0] ?? '',
  };
}
