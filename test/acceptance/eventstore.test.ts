import { afterAll, describe, vi } from 'vitest';

// Read when a service is created, which is after this file is loaded.
vi.stubEnv('LETHE_TEST_LOG', 'eventstore');
afterAll(() => vi.unstubAllEnvs());

/** What the service promises does not depend on where its log is. LETHE_TEST_LOG=eventstore runs every acceptance test so. */
describe.each([
  ['a walk', () => import('./walk.test.ts')],
  ['deletions', () => import('./deletion-visibility.test.ts')],
  ['the horizon', () => import('./horizon.test.ts')],
  ['rebuilds', () => import('./rebuild.test.ts')],
  ['proof', () => import('./transparency.test.ts')],
])('with the log in EventStoreDB: %s', async (_, tests) => {
  await tests();
});
