import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPostgresCursor } from '../../../src/platform/postgres/cursor.ts';
import { openKeyDatabase, type KeyDatabase } from '../../support/key-database.ts';

let database: KeyDatabase;
beforeAll(async () => {
  database = await openKeyDatabase();
});
afterAll(() => database.close());

const cursorOf = (worker: string) => createPostgresCursor({ writer: database.writer, worker });

describe('a cursor', () => {
  it('stands before the first event until it is advanced, and keeps its place for whoever reads it next', async () => {
    const cursor = cursorOf('one');
    expect(await cursor.read()).toBe(0);
    await cursor.advance(7);
    expect(await cursorOf('one').read()).toBe(7);
  });

  it('never goes back', async () => {
    const cursor = cursorOf('two');
    await cursor.advance(9);
    await cursor.advance(3);
    expect(await cursor.read()).toBe(9);
    await cursor.advance(10);
    expect(await cursor.read()).toBe(10);
  });

  it('of one worker is not that of another', async () => {
    await cursorOf('three').advance(5);
    expect(await cursorOf('four').read()).toBe(0);
  });
});
