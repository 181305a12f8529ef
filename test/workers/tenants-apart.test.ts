import { expect, onTestFinished, test, vi } from 'vitest';
import type { Attempts } from '../../src/application/attempts.ts';
import type { OpenAccountDeletion, OpenDataRequest } from '../../src/application/ports.ts';
import { LetheError } from '../../src/domain/errors.ts';
import { createAccountCloser } from '../../src/workers/account-closer.ts';
import { createDataRequestRunner } from '../../src/workers/data-request-runner.ts';
import { createHoldExpirer } from '../../src/workers/hold-expirer.ts';
import type { Worker } from '../../src/workers/loop.ts';
import { createOffboarder } from '../../src/workers/offboarder.ts';
import { tellingAttempts } from '../support/attempts.ts';

/** More than a worker asks for at once, so that what fails or waits fills its first page. */
const MANY = 150;
const TENANTS = ['failing', 'other'];
const ROUND_MS = 5;

/** What is done for `failing` fails with `code`; whatever is done is noted. */
interface Scene {
  readonly attempts: Attempts;
  readonly work: (tenant: string) => Promise<void>;
}

interface Case {
  readonly name: string;
  readonly create: (scene: Scene, onError: (error: unknown) => void) => Worker;
}

const loop = { idleMs: ROUND_MS };
const epoch = new Date(0);
interface Request extends OpenAccountDeletion, OpenDataRequest {}

const pageOf = (limit: number, after?: Pick<Request, 'tenant'>): Promise<Request[]> => {
  const from = requests.findIndex(request => request === after) + 1;
  return Promise.resolve(requests.slice(from, from + limit));
};

const requests: readonly Request[] = [...Array<string>(MANY).fill('failing'), 'other'].map(
  (tenant, position) => ({
    ...{ tenant, position, subject: `subject-${position}`, request: `request-${position}` },
    ...{ requestedAt: epoch, dsr: `dsr-${position}`, dueBy: epoch },
  }),
);

const WORKERS: Case[] = [
  {
    name: 'holds that are over',
    create: ({ attempts, work }, onError) =>
      createHoldExpirer({
        ...{ ...loop, attempts, onError },
        holds: { expire: tenant => work(tenant).then(() => 1) },
        views: { tenantsWithExpiredHolds: () => Promise.resolve(TENANTS) },
      }),
  },
  {
    name: 'offboardings',
    create: ({ attempts, work }, onError) =>
      createOffboarder({
        ...{ ...loop, attempts, onError },
        offboardings: { advance: tenant => work(tenant).then(() => false) },
        views: { tenantsBeingOffboarded: () => Promise.resolve(TENANTS) },
      }),
  },
  {
    name: 'deletions of accounts',
    create: ({ attempts, work }, onError) =>
      createAccountCloser({
        ...{ ...loop, attempts, onError },
        accounts: {
          continueDeletion: tenant => work(tenant).then(() => 'open'),
        },
        views: { openAccountDeletions: pageOf },
      }),
  },
  {
    name: 'requests of people',
    create: ({ attempts, work }, onError) =>
      createDataRequestRunner({
        ...{ ...loop, attempts, onError, onOverdue: () => undefined },
        dataRequests: { advance: work },
        views: {
          openDataRequests: pageOf,
          countOverdueDataRequests: () => Promise.resolve(0),
        },
      }),
  },
];

/** The worker at work while `failing` fails so; counts what it did. */
function watch({ create }: Case, code: string) {
  const done = new Map<string, number>();
  const errors: unknown[] = [];
  const { attempts, failed } = tellingAttempts();
  const work = (tenant: string): Promise<void> => {
    done.set(tenant, (done.get(tenant) ?? 0) + 1);
    return tenant === 'failing' ? Promise.reject(new LetheError(code, 'not now')) : Promise.resolve();
  };
  const worker = create({ attempts, work }, error => errors.push(error));
  onTestFinished(() => worker.stop());
  worker.start();
  return { done, errors, failed };
}

test.each(WORKERS)('$name of a tenant that fails keep no other waiting', async one => {
  const { done, errors, failed } = watch(one, 'kms-key-disabled');
  await vi.waitFor(() => expect(done.get('other')).toBeGreaterThan(2));
  expect(new Set(failed.map(String))).toEqual(new Set(['failing,kms-key-disabled']));
  expect(errors).toEqual([]);
});

test.each(WORKERS)(
  '$name are left where no tenant could be served: the first to fail is the last',
  async one => {
    const { done, errors, failed } = watch(one, 'lease-lost');
    await vi.waitFor(() => expect(errors.length).toBeGreaterThan(1));
    expect(errors[0]).toMatchObject({ code: 'lease-lost' });
    // Once a round, and nobody behind it.
    expect(done.get('failing')).toBe(errors.length);
    expect(done.get('other')).toBeUndefined();
    expect(failed).toEqual([]);
  },
);
