import type { StoredEvent } from '../../domain/ports/event-log.ts';
import { streamKey } from '../log/pending-append.ts';
import { sharedRun } from '../log/shared-run.ts';
import type { Connection } from './connection.ts';
import { damaged } from './failures.ts';
import type { LogIndex, StreamName } from './log-index.ts';
import { fromPhysical, type ReadEvent } from './physical-event.ts';
import { readRange } from './read-range.ts';

const PAGE = 1_000;

export interface CatchUp {
  /** An answer of the index, with the position that it covers, that covers all that the log held when this was called. */
  ask<T extends { readonly position: number }>(question: () => Promise<T>): Promise<T>;
  /** This process has itself entered events up to this position. */
  reached(position: number): void;
}

export interface CatchUpDeps {
  readonly connection: Connection;
  readonly stream: string;
  readonly index: LogIndex;
}

const distinct = (names: readonly StreamName[]): StreamName[] => [
  ...new Map(names.map(name => [streamKey(name), name])).values(),
];

/** No adapter writes an identity twice or leaves a revision out: whoever did was not Lethe. */
async function assertConsistent(
  index: LogIndex,
  after: number,
  events: readonly StoredEvent[],
): Promise<void> {
  const known = await index.lookUp(events, distinct(events));
  if (known.position !== after) return;
  const revisions = new Map(known.revisions);
  const identities = new Set<string>();
  for (const [at, event] of events.entries()) {
    const identity = `${event.tenant}\0${event.source}\0${event.sourceId}`;
    if (known.stored.has(at) || identities.has(identity))
      throw damaged(event.position, 'repeats an event that the log has already');
    identities.add(identity);
    const key = streamKey(event);
    const awaited = (revisions.get(key) ?? -1) + 1;
    if (event.revision !== awaited)
      throw damaged(event.position, `has revision ${event.revision} of its stream where ${awaited} follows`);
    revisions.set(key, awaited);
  }
}

async function enterPage({ index }: CatchUpDeps, after: number, page: readonly ReadEvent[]): Promise<number> {
  const events = page.map(fromPhysical);
  await assertConsistent(index, after, events);
  return index.enter(after, page.at(-1)?.id ?? '', events);
}

/**
 * What the log has behind the position that the index covers. It has to have the event there too: a log that was set back
 * under a running process would otherwise be waited for without end.
 */
async function pageBehind({ connection, stream }: CatchUpDeps, after: number): Promise<ReadEvent[]> {
  if (after === 0) return readRange(connection, stream, 0, PAGE);
  const [last, ...behind] = await readRange(connection, stream, after - 1, PAGE);
  if (last === undefined) throw damaged(after, 'is missing, and the index has it');
  return behind;
}

/** From where this process knows the index to be; where another has carried it further, from there. */
async function run(deps: CatchUpDeps, from: number): Promise<number> {
  let reached = from;
  for (;;) {
    const page = await pageBehind(deps, reached);
    if (page.length === 0) return reached;
    const { position } = await deps.index.cursor();
    if (position >= reached + page.length || position < reached) reached = position;
    else if (position > reached) reached = await enterPage(deps, position, page.slice(position - reached));
    else reached = await enterPage(deps, reached, page);
  }
}

/** Carries the index up to the log's end. Callers that come while it is at it share the next run. */
export function createCatchUp(deps: CatchUpDeps): CatchUp {
  let known = 0;
  const now = sharedRun(async () => {
    known = Math.max(known, await run(deps, known));
    return known;
  });
  return {
    ask: async question => {
      for (;;) {
        const reached = await now();
        const answer = await question();
        if (answer.position >= reached) return answer;
        // Somebody has begun the index anew.
        known = Math.min(known, answer.position);
      }
    },
    reached: position => {
      known = Math.max(known, position);
    },
  };
}
