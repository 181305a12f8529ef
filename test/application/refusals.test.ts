import { expect, test } from 'vitest';
import type { Draft, Recorder } from '../../src/application/recorder.ts';
import { createRefusals } from '../../src/application/refusals.ts';
import type { TenantInfo } from '../../src/application/tenants.ts';
import { LetheError } from '../../src/domain/errors.ts';
import { PACK_POLICIES } from '../../src/domain/policy/packs.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { rejectionCode } from '../support/code-of.ts';

const TENANT = '7e000000-0000-4000-8000-000000000001';
const NOBODY = '7e000000-0000-4000-8000-000000000009';
const actor = { kind: 'api-client', id: 'key-1' } as const;
const policy = PACK_POLICIES.neuralseek;
const info: TenantInfo = {
  ...{ tenant: TENANT, name: 'Example', region: 'eu-central', version: 1, policy },
  policyAt: () => ({ version: 1, policy }),
};

/** Refusals over a recorder that keeps what it is given, or fails while it is told to. */
function rig() {
  const clock = createFakeClock();
  const recorded: Draft[] = [];
  const log = { down: false };
  const recorder: Pick<Recorder, 'record'> = {
    record: (_stamp, drafts) => {
      if (log.down) return Promise.reject(new Error('the log is down'));
      recorded.push(...drafts);
      return Promise.resolve(drafts.map((_, index) => index + 1));
    },
  };
  const get = (tenant: string) =>
    tenant === NOBODY
      ? Promise.reject(new LetheError('tenant-not-found', 'there is no such tenant'))
      : Promise.resolve(info);
  const refusals = createRefusals({
    ...{ recorder, clock, tenants: { get } },
    random: { uuid: () => '', uuidv7: () => '' },
  });
  const refuse = (error: Error) => refusals.counting(() => Promise.reject(error))(TENANT, [], actor);
  const written = () => recorded.map(({ type, data }) => ({ type, ...data }));
  return { clock, refusals, log, refuse, written };
}

const fault = (code: string) => ({ code, message: 'mend it' });
const ofCodes = (...codes: string[]) =>
  new LetheError(codes[0] ?? 'internal', 'refused', { faults: codes.map(fault) });

test('each bad event counts, by its code, and the caller is told as before', async () => {
  const { refusals, refuse, written, clock } = rig();
  expect(await rejectionCode(refuse(ofCodes('card-number-refused', 'card-number-refused')))).toBe(
    'card-number-refused',
  );
  expect(await rejectionCode(refuse(ofCodes('out-of-region')))).toBe('out-of-region');
  clock.advance(60_000);
  expect(await refusals.flush()).toBe(2);
  const period = { from: '2026-01-01T00:00:00.000Z', to: '2026-01-01T00:01:00.000Z' };
  expect(written()).toEqual([
    { type: 'refusals.counted', code: 'card-number-refused', count: 2, ...period },
    { type: 'refusals.counted', code: 'out-of-region', count: 1, ...period },
  ]);
});

test('what was recorded is not recorded again, and nothing where nothing was refused', async () => {
  const { refusals, refuse, written } = rig();
  await refuse(ofCodes('card-number-refused')).catch(() => undefined);
  await refusals.flush();
  expect(await refusals.flush()).toBe(0);
  expect(written()).toHaveLength(1);
});

test('a refused credential of the tenant counts, whatever its code', async () => {
  const { refusals, written } = rig();
  refusals.count(TENANT, 'token-expired');
  refusals.count(TENANT, 'token-expired');
  expect(await refusals.flush()).toBe(1);
  expect(written()).toMatchObject([{ type: 'refusals.counted', code: 'token-expired', count: 2 }]);
});

test('what is counted for a tenant that there is not keeps no other from being recorded', async () => {
  const { refusals, written } = rig();
  refusals.count(NOBODY, 'token-expired');
  refusals.count(TENANT, 'token-expired');
  expect(await refusals.flush()).toBe(1);
  expect(await refusals.flush()).toBe(0);
  expect(written()).toHaveLength(1);
});

test('a refusal that no promise rests on is not counted', async () => {
  const { refusals, refuse } = rig();
  await refuse(ofCodes('invalid-event')).catch(() => undefined);
  expect(await refusals.flush()).toBe(0);
});

test('a count that could not be recorded is kept, with what came meanwhile', async () => {
  const { refusals, refuse, log, written } = rig();
  await refuse(ofCodes('card-number-refused')).catch(() => undefined);
  log.down = true;
  await expect(refusals.flush()).rejects.toThrow('the log is down');
  await refuse(ofCodes('card-number-refused')).catch(() => undefined);
  log.down = false;
  await refusals.flush();
  expect(written()).toMatchObject([{ count: 2 }]);
});
