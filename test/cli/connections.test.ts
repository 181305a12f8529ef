import { expect, test } from 'vitest';
import { CONNECTIONS } from '../../src/cli/connections.ts';

/** For leases, notifications and the tail of the log. */
const OF_ITS_OWN = 3;
/** 100, of which three are kept for superusers. */
const LET_IN = 97;

test('two APIs, two workers and a command fit into a PostgreSQL that nobody has configured', () => {
  const { api, worker, command } = CONNECTIONS;
  const most = [api, api, worker, worker, command].map(({ writer, reader }) => writer + reader + OF_ITS_OWN);
  expect(most.reduce((sum, connections) => sum + connections)).toBeLessThanOrEqual(LET_IN);
});
