import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../../../src/cli/simulate/random.ts';
import { contentAnswer, deletionAnswer, ingestAnswer, pageAnswer } from '../../support/service-answers.ts';
import type { Answer, Caller } from '../../support/service-http.ts';
import { upload, type TestTenant } from '../../support/service-tenant.ts';
import { isKind, type Append, type Operation, type Span } from './operations.ts';

const RETRY_MS = 50;
const PAUSE_MS = 10;
/** A page shows all of a user's assets. */
const ASSETS_EACH = 30;
const WEIGHTS = { append: 6, read: 6, remove: 2, list: 1 };

/** Somebody at one of the API's processes. */
export interface Node {
  readonly ingest: Caller;
  readonly admin: Caller;
}

export interface LoadOptions {
  readonly tenant: Pick<TestTenant, 'path'>;
  readonly nodes: readonly Node[];
  readonly random: Random;
  readonly clients: number;
  /** Goes before the name of each client: one history has each name once. */
  readonly name: string;
  /** In every content: what must be found nowhere in clear. */
  readonly phrase: string;
  /** What every load of one history has recorded, and how often one was told to come later. */
  readonly operations: Operation[];
  readonly refusals: { count: number };
}

/** Clients that report, read, list and delete, each request at a node of chance. */
export interface Load {
  /** Rejects with the first answer that is neither what was asked for nor "later". */
  readonly failed: Promise<never>;
  /** Resolves when everything that was begun has its answer. */
  stop(): Promise<void>;
  /** Waits for no answer any more. */
  abandon(): void;
}

export function startLoad(options: LoadOptions): Load {
  let isOver = false;
  const abandoned = new AbortController();
  const work = Promise.all(
    Array.from({ length: options.clients }, async (_, index) => {
      const client = createClient(`${options.name}-${index}`, options, abandoned.signal);
      while (!isOver) {
        await client.next();
        await delay(PAUSE_MS);
      }
    }),
  );
  const failed = work.then(() => new Promise<never>(() => undefined));
  // Told by `stop`, and to whoever waits for it.
  failed.catch(() => undefined);
  return {
    failed,
    stop: async () => {
      isOver = true;
      await work;
    },
    abandon: () => {
      isOver = true;
      abandoned.abort(new Error('the load was abandoned'));
    },
  };
}

interface Client {
  /** One operation of chance, to its end. */
  next(): Promise<void>;
}

function createClient(name: string, options: LoadOptions, signal: AbortSignal): Client {
  const { tenant, nodes, random, phrase, operations, refusals } = options;
  const left: Append[] = [];
  let count = 0;
  let last: Append | undefined;

  /**
   * Whatever gets no answer, or is told to come later, is asked again of some node until it is taken; `done` is the status
   * that then says that an earlier attempt was.
   */
  const untilTaken = async (ask: (node: Node) => Promise<Answer>, done?: number): Promise<Answer> => {
    for (let attempt = 0; ; attempt++) {
      signal.throwIfAborted();
      const earlier = done === undefined || attempt === 0 ? [] : [done];
      const answer = await answerOf(ask(random.pick(nodes)), earlier);
      if (answer !== undefined && answer.status !== 503) return answer;
      if (answer !== undefined) refusals.count += 1;
      await delay(RETRY_MS);
    }
  };

  const append = async (): Promise<void> => {
    const asset = `${name}-${count}`;
    const subject = `${name}-user-${Math.floor(count / ASSETS_EACH)}`;
    count += 1;
    const content = `${phrase} ${asset}`;
    const event = upload(asset, { subject, content }, { id: asset });
    const begun = performance.now();
    const answer = await untilTaken(({ ingest }) => ingest.post(tenant.path('/events'), [event]));
    const { position } = answer.as(ingestAnswer);
    last = { kind: 'append', ...spanOf(name, begun), id: asset, asset, subject, content, position };
    left.push(last);
    operations.push(last);
  };

  const remove = async (): Promise<void> => {
    const [{ asset } = { asset: '' }] = left.splice(random.integer(0, left.length - 1), 1);
    const begun = performance.now();
    // Gone: the attempt before hid it, and its erasure was due at once.
    const answer = await untilTaken(({ admin }) => admin.delete(tenant.path(`/assets/${asset}`)), 410);
    const eraseAt = answer.status === 200 ? Date.parse(answer.as(deletionAnswer).eraseAt) : undefined;
    operations.push({ kind: 'deletion', ...spanOf(name, begun), asset, eraseAt });
  };

  const read = async (): Promise<void> => {
    // Anybody's, deleted ones too.
    const { asset } = random.pick(operations.filter(isKind('append')));
    await recordRead(options, name, random.pick(nodes), asset);
  };

  const list = async (): Promise<void> => {
    if (last === undefined) return;
    const { subject, position } = last;
    const path = tenant.path(`/subjects/${subject}/assets?limit=100`);
    const begun = performance.now();
    const answer = await answerOf(
      random.pick(nodes).admin.get(path, { 'lethe-min-position': `${position}` }),
    );
    if (answer?.status !== 200) return;
    const shown = answer.as(pageAnswer).items.map(({ asset }) => asset);
    operations.push({ kind: 'listing', ...spanOf(name, begun), subject, shown });
  };

  const actions = { append, remove, read, list };
  return { next: () => (left.length === 0 ? append() : actions[random.weighted(WEIGHTS)]()) };
}

/** Reads one asset and records what was shown; no answer is no operation. Answers whether there was one. */
export async function recordRead(
  { tenant, operations }: Pick<LoadOptions, 'tenant' | 'operations'>,
  client: string,
  { admin }: Node,
  asset: string,
): Promise<boolean> {
  const begun = performance.now();
  const answer = await answerOf(admin.get(tenant.path(`/assets/${asset}/content`)), [404, 410]);
  if (answer === undefined || answer.status === 503) return false;
  const shown = answer.status === 200 ? textOf(answer) : undefined;
  operations.push({ kind: 'read', ...spanOf(client, begun), asset, shown });
  return true;
}

const textOf = (answer: Answer): string =>
  answer
    .as(contentAnswer)
    .contents.map(({ content }) => String(content['content']))
    .join();

const spanOf = (client: string, begun: number): Span => ({ client, begun, ended: performance.now() });

/** Undefined where none came. Throws where it says neither yes nor later nor what is expected. */
async function answerOf(
  asked: Promise<Answer>,
  expected: readonly number[] = [],
): Promise<Answer | undefined> {
  const answer = await asked.catch(() => undefined);
  if (answer === undefined || [200, 503, ...expected].includes(answer.status)) return answer;
  throw new Error(`${answer.status}: ${answer.text}`);
}
