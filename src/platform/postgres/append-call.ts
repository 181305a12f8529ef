import type { PoolClient } from 'pg';
import type { NewEvent } from '../../domain/ports/event-log.ts';
import { byteaArray, int4Array, textArray, uuidArray } from './binary-arrays.ts';
import { offsetsInStream, type PendingAppend } from '../log/pending-append.ts';
import type { Obstacle } from '../log/settle.ts';

/** Either everything was appended after position `head`, or nothing was, because of the obstacles. */
export type CallResult =
  { readonly head: number } | { readonly obstacles: readonly [Obstacle, ...Obstacle[]] };

type Row = [kind: string, item: number, value: number];

const CALL = 'select kind, item, value from log.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)';

/** The call's parameters. Throws only for input that the types exclude. */
export function encodeAppend(batch: readonly PendingAppend[]): Buffer[] {
  const events: readonly NewEvent[] = batch.flatMap(append => append.events);
  const expectations = batch.flatMap(append => append.expectations);
  return [
    uuidArray(events.map(event => event.tenant)),
    textArray(events.map(event => event.stream)),
    int4Array(offsetsInStream(batch)),
    textArray(events.map(event => event.source)),
    textArray(events.map(event => event.sourceId)),
    textArray(events.map(event => event.type)),
    byteaArray(events.map(event => event.envelope)),
    byteaArray(events.map(event => event.sealed)),
    uuidArray(expectations.map(expectation => expectation.tenant)),
    textArray(expectations.map(expectation => expectation.stream)),
    int4Array(expectations.map(expectation => expectation.revision)),
  ];
}

const isObstacle = (kind: string): kind is Obstacle['kind'] => kind === 'duplicate' || kind === 'conflict';

/** One round trip, one transaction: the function `log.append`, prepared once a connection. */
export async function callAppend(client: PoolClient, values: readonly Buffer[]): Promise<CallResult> {
  const { rows } = await client.query<Row>({
    name: 'log-append',
    text: CALL,
    values: [...values],
    rowMode: 'array',
  });
  const obstacles = rows.flatMap(([kind, item, value]) => (isObstacle(kind) ? [{ kind, item, value }] : []));
  const [first, ...more] = obstacles;
  if (first !== undefined) return { obstacles: [first, ...more] };
  const [appended] = rows;
  if (appended === undefined) throw new Error('log.append gave no answer');
  return { head: appended[2] };
}
