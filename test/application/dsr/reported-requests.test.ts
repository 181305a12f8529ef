import { randomUUID } from 'node:crypto';
import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDataRequests, type DataRequests } from '../../../src/application/dsr/data-requests.ts';
import { createRecorder } from '../../../src/application/recorder.ts';
import type { ReportRequests, ReportStanding } from '../../../src/application/report-requests.ts';
import { createTenants } from '../../../src/application/tenants.ts';
import { systemClock } from '../../../src/cli/compose.ts';
import type { Actor } from '../../../src/domain/events/envelope.ts';
import { openApplication, type TestApplication } from '../../support/application.ts';

const ADA: Actor = { kind: 'subject', id: randomUUID(), role: 'subject' };
const never = () => Promise.reject(new Error('not of a request that a report answers'));

let application: TestApplication;
beforeAll(async () => (application = await openApplication('clarifai')));
afterAll(() => application.close());

interface Desk {
  readonly tenant: string;
  readonly requests: DataRequests;
  /** Ids under which reports were asked for. */
  readonly asked: readonly string[];
  /** What is said of every report that was asked for; `down`: none can be asked for. */
  says: ReportStanding['status'] | 'down';
}

/** A tenant whose reports come to what the test says. */
async function desk(): Promise<Desk> {
  const { stores, register } = application;
  const asked: string[] = [];
  const standing = (): ReportStanding => {
    if (here.says === 'issued') return { status: 'issued', sha256: 'f'.repeat(64) };
    return { status: here.says === 'down' ? 'unknown' : here.says };
  };
  const reports: ReportRequests = {
    request: (_, { report }) => {
      asked.push(report);
      return here.says === 'down' ? Promise.reject(new Error('down')) : Promise.resolve({ report });
    },
    standing: () => Promise.resolve(standing()),
  };
  const surroundings = { clock: systemClock, random: { uuid: randomUUID, uuidv7 } };
  const base = { ...stores, ...surroundings, recorder: createRecorder(stores.log, surroundings) };
  const requests = createDataRequests({
    ...{ ...base, tenants: createTenants(base), reports },
    ...{ deletions: { requestAsset: never }, accounts: { requestDeletion: never } },
  });
  const here: Desk = { tenant: await register(), requests, asked, says: 'pending' };
  return here;
}

/** Ada asks for a copy; answers with the id of her request. */
async function received({ requests, tenant }: Desk): Promise<string> {
  const { state } = await requests.receive(tenant, { kind: 'access', subject: ADA.id }, ADA);
  return state.dsr;
}

test('a report that could not be asked for is asked for again under the same id, and answers the request', async () => {
  const here = await desk();
  here.says = 'down';
  const dsr = await received(here);
  const advance = async () => (await here.requests.advance(here.tenant, dsr)).state;
  here.says = 'unknown';
  const [report] = here.asked;
  expect(await advance()).toMatchObject({ status: 'answering', report, attempts: 1 });
  expect(here.asked).toEqual([report, report]);
  here.says = 'issued';
  expect(await advance()).toMatchObject({ status: 'answered', answer: { outcome: 'fulfilled', report } });
});

test('a report that fails is asked for three times in all; then it is a person’s turn', async () => {
  const here = await desk();
  const dsr = await received(here);
  const advance = async () => (await here.requests.advance(here.tenant, dsr)).state;
  here.says = 'failed';
  expect(await advance()).toMatchObject({ status: 'answering', attempts: 2 });
  expect(await advance()).toMatchObject({ status: 'answering', attempts: 3 });
  expect(await advance()).toMatchObject({ status: 'with-organisation' });
  expect(new Set(here.asked).size).toBe(3);
  expect(await advance()).toMatchObject({ status: 'with-organisation' });
  here.says = 'pending';
  const again = await here.requests.handOver(here.tenant, dsr, 'platform', ADA);
  expect(again.state).toMatchObject({ status: 'answering', attempts: 1 });
  expect(new Set(here.asked).size).toBe(4);
});
