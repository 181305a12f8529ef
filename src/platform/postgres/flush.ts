import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import { callAppend, encodeAppend, type CallResult } from './append-call.ts';
import { isConnectionLost, isRolledBack, isTransient } from './database-errors.ts';
import { logUnavailable } from '../log/unavailable.ts';
import type { PendingAppend } from '../log/pending-append.ts';
import { acknowledge, refuse } from '../log/settle.ts';

const ATTEMPTS = 6;
const FIRST_DELAY_MS = 25;

const delay = (attempt: number): Promise<void> => sleep(FIRST_DELAY_MS * 2 ** attempt);

/** Nothing has been sent before a connection stands, so it is safe to try again for a moment. */
async function connect(pool: Pool): Promise<PoolClient> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await pool.connect();
    } catch (error) {
      if (attempt === ATTEMPTS)
        throw logUnavailable('the log cannot be reached: nothing was appended', error);
      await delay(attempt);
    }
  }
}

async function attemptCall(pool: Pool, values: readonly Buffer[]): Promise<CallResult> {
  const client = await connect(pool);
  try {
    const result = await callAppend(client, values);
    client.release();
    return result;
  } catch (error) {
    client.release(!isRolledBack(error));
    throw error;
  }
}

async function call(pool: Pool, batch: readonly PendingAppend[]): Promise<CallResult> {
  const values = encodeAppend(batch);
  for (let attempt = 0; ; attempt++) {
    try {
      return await attemptCall(pool, values);
    } catch (error) {
      if (!isTransient(error) || attempt === ATTEMPTS) throw error;
      await delay(attempt);
    }
  }
}

function rejection(error: unknown): unknown {
  if (isTransient(error)) return logUnavailable('the database refuses for now: nothing was appended', error);
  return isConnectionLost(error)
    ? logUnavailable('the connection was lost: retry with the same identities', error)
    : error;
}

function rejectAll(batch: readonly PendingAppend[], error: unknown): void {
  const reason = rejection(error);
  for (const append of batch) append.reject(reason);
}

/**
 * Stores a batch and settles each of its appends; never rejects itself. Those with an obstacle drop out and the others
 * are sent again. What the database refuses outright is sent one by one, so that one append's fault stays its own.
 */
export async function flush(pool: Pool, batch: readonly PendingAppend[]): Promise<void> {
  if (batch.length === 0) return;
  try {
    const result = await call(pool, batch);
    if ('head' in result) acknowledge(batch, result.head);
    else await flush(pool, refuse(batch, result.obstacles));
  } catch (error) {
    if (!isRolledBack(error) || batch.length === 1) rejectAll(batch, error);
    else for (const append of batch) await flush(pool, [append]);
  }
}
