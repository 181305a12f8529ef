import { inspect } from 'node:util';
import { KMSInvalidStateException } from '@aws-sdk/client-kms';
import { KafkaJSProtocolError } from 'kafkajs';
import pg from 'pg';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { LetheError } from '../../src/domain/errors.ts';
import { createLogger } from '../../src/platform/logging.ts';
import { createEmptyDatabase } from '../support/test-database.ts';

const WORD = 'zwielicht';

/** What a statement makes PostgreSQL say about a row of its own. */
async function databaseError(statement: string): Promise<unknown> {
  const database = await createEmptyDatabase();
  const client = new pg.Client({ connectionString: database.connectionString });
  await client.connect();
  try {
    return await client.query(statement).catch((error: unknown) => error);
  } finally {
    await client.end();
    await database.drop();
  }
}

const thrownBy = (run: () => unknown): unknown => {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
};

const UNIQUE = `create table people (email text primary key); insert into people values ('${WORD}'), ('${WORD}')`;
const SYNTAX = `select '${WORD}'::integer`;
const errors: Record<string, () => unknown> = {
  'a constraint of PostgreSQL': () => databaseError(UNIQUE),
  'a value that PostgreSQL cannot read': () => databaseError(SYNTAX),
  'a schema': () => thrownBy(() => z.strictObject({ a: z.literal('b') }).parse({ a: 'c', [WORD]: WORD })),
  'a JSON parser': () => thrownBy(() => JSON.parse(`{"a": ${WORD}`) as unknown),
  'a URL': () => thrownBy(() => new URL(`http://${WORD}:x`)),
  'the KMS': () => new KMSInvalidStateException({ message: WORD, $metadata: { requestId: WORD } }),
  'a broker': () => new KafkaJSProtocolError(new Error(WORD)),
  'a cause of our own': () => new LetheError('kms-unavailable', 'no answer', { cause: new Error(WORD) }),
  'several at once': () => new AggregateError([new Error(WORD)], WORD),
};

describe.each(Object.entries(errors))('an error of %s', (_name, make) => {
  let error: unknown;
  beforeAll(async () => {
    error = await make();
  });

  it('quotes its input, and is logged without', () => {
    expect(error).toBeInstanceOf(Error);
    expect(inspect(error, { depth: 6 })).toContain(WORD);
    const lines: string[] = [];
    const logger = createLogger({ level: 'trace', destination: { write: line => void lines.push(line) } });
    logger.error({ err: error }, 'failed');
    logger.warn({ error });
    logger.trace(error as Error);
    expect(lines).toHaveLength(3);
    expect(lines.join('')).not.toContain(WORD);
  });
});
