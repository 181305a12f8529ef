import { hash } from 'node:crypto';
import type { Pool } from 'pg';
import type { NewEvent } from '../../domain/ports/event-log.ts';
import { streamKey } from '../log/pending-append.ts';
import { byteaArray, int4Array, textArray, uuidArray } from '../postgres/binary-arrays.ts';
import { isConnectionLost } from '../postgres/database-errors.ts';
import { logUnavailable } from '../log/unavailable.ts';

/** A stream of a tenant. */
export interface StreamName {
  readonly tenant: string;
  readonly stream: string;
}

/** An event's identity within its tenant. */
export type Identity = Pick<NewEvent, 'tenant' | 'source' | 'sourceId'>;

/** What the index knows of some identities and streams, all as of one position of the log. */
export interface Knowledge {
  /** The index covers the log up to here. */
  readonly position: number;
  /** Place of an identity in the question → where it is stored. */
  readonly stored: ReadonlyMap<number, number>;
  /** Last revision by `streamKey`; -1 for a stream that is not there. */
  readonly revisions: ReadonlyMap<string, number>;
}

/** An event to be entered. */
export interface Entry extends Identity, StreamName {
  readonly revision: number;
}

/**
 * Which identities and revisions the log holds, in PostgreSQL. Entries come in the order of positions and together with the
 * cursor; the log itself decides: an append is only ever made right behind the position that the index was asked at.
 */
export interface LogIndex {
  lookUp(identities: readonly Identity[], streams: readonly StreamName[]): Promise<Knowledge>;
  /** Enters events that follow `after`; `event` is the store's id of the last. Answers how far the index reaches now. */
  enter(after: number, event: string, entries: readonly Entry[]): Promise<number>;
  /** Positions of a stream's events with revision > `after`, in order, as of `position`. */
  positionsOf(name: StreamName, after: number): Promise<{ position: number; positions: number[] }>;
  /** How far the index reaches, and the store's id of the event there. */
  cursor(): Promise<{ position: number; event: string | null }>;
  /** Forgets everything. */
  clear(): Promise<void>;
}

/** Neither part holds U+0000. */
const identityHash = ({ source, sourceId }: Identity): Buffer =>
  hash('sha256', `${source}\0${sourceId}`, 'buffer');

const LOOK_UP = 'select kind, item, value from log_index.look_up($1, $2, $3, $4)';
const ENTER = 'select log_index.enter($1, $2, $3, $4, $5, $6) as reached';
const POSITIONS = `
  select cursor.position, array(
    select position from log_index.entries where tenant = $1 and stream = $2 and revision > $3 order by revision
  ) as positions
  from log_index.cursor`;
/** In the order of locks that `enter` has. */
const CLEAR = 'update log_index.cursor set position = 0, event = null; truncate log_index.entries';

type Finding = [kind: 'indexed' | 'duplicate' | 'revision', item: number, value: number];

function toKnowledge(findings: readonly Finding[], streams: readonly StreamName[]): Knowledge {
  const of = (wanted: Finding[0]): Finding[] => findings.filter(([kind]) => kind === wanted);
  const position = of('indexed')[0]?.[2];
  if (position === undefined) throw new Error('the log index told no position');
  const revisions = of('revision').flatMap(([, item, value]) => {
    const name = streams[item - 1];
    return name === undefined ? [] : [[streamKey(name), value] as const];
  });
  return {
    position,
    stored: new Map(of('duplicate').map(([, item, value]) => [item - 1, value])),
    revisions: new Map(revisions),
  };
}

async function rowsOf<T extends object>(
  pool: Pool,
  name: string,
  text: string,
  values: unknown[],
): Promise<T[]> {
  try {
    return (await pool.query<T>({ name, text, values })).rows;
  } catch (error) {
    throw isConnectionLost(error) ? logUnavailable('the index of the log cannot be reached', error) : error;
  }
}

/** `writer` is a pool of the role lethe_writer. Throws LetheError `log-unavailable` when its connection fails. */
export function createLogIndex(writer: Pool): LogIndex {
  return {
    lookUp: async (identities, streams) => {
      const rows = await rowsOf<{ kind: Finding[0]; item: number; value: number }>(
        writer,
        'log-look-up',
        LOOK_UP,
        [
          uuidArray(identities.map(({ tenant }) => tenant)),
          byteaArray(identities.map(identityHash)),
          uuidArray(streams.map(({ tenant }) => tenant)),
          textArray(streams.map(({ stream }) => stream)),
        ],
      );
      return toKnowledge(
        rows.map(({ kind, item, value }) => [kind, item, value]),
        streams,
      );
    },
    enter: async (after, event, entries) => {
      const rows = await rowsOf<{ reached: number }>(writer, 'log-enter', ENTER, [
        ...[after, event, uuidArray(entries.map(({ tenant }) => tenant))],
        textArray(entries.map(({ stream }) => stream)),
        int4Array(entries.map(({ revision }) => revision)),
        byteaArray(entries.map(identityHash)),
      ]);
      return rows[0]?.reached ?? 0;
    },
    positionsOf: async ({ tenant, stream }, after) => {
      const values = [tenant, stream, after];
      const rows = await rowsOf<{ position: number; positions: (number | string)[] }>(
        ...[writer, 'log-positions', POSITIONS, values],
      );
      return { position: rows[0]?.position ?? 0, positions: (rows[0]?.positions ?? []).map(Number) };
    },
    cursor: async () => {
      const rows = await rowsOf<{ position: number; event: string | null }>(
        ...[writer, 'log-cursor', 'select position, event from log_index.cursor', []],
      );
      return rows[0] ?? { position: 0, event: null };
    },
    clear: async () => {
      await writer.query(CLEAR);
    },
  };
}
