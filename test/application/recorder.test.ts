import { expect, test } from 'vitest';
import { createRecorder, type Draft } from '../../src/application/recorder.ts';
import type { EventLog } from '../../src/domain/ports/event-log.ts';
import { namingItems } from '../../src/application/ingest/naming-items.ts';
import { TENANT } from '../contract/event-log-fixtures.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const noLog = {} as EventLog;
const ID = '01890000-0000-7000-8000-000000000001';
const recorder = createRecorder(noLog, {
  clock: createFakeClock(),
  random: { uuid: () => ID, uuidv7: () => ID },
});
const stamp = { tenant: TENANT, region: 'eu-central', policy: 1 };
const hold = (ground: string): Draft => ({
  type: 'hold.placed',
  actor: { kind: 'staff', id: 'dpo' },
  time: new Date(0),
  data: { hold: ID, kind: 'litigation', authority: 'court:1', ground, scope: { subject: ID } },
});
const overhead = recorder.prepare(stamp, [hold('')])[0]?.envelope.length ?? 0;

test('an envelope of 65,535 bytes is the largest that fits into a leaf of the log', () => {
  expect(recorder.prepare(stamp, [hold('x'.repeat(65_535 - overhead))])[0]?.envelope).toHaveLength(65_535);
  expect(() => recorder.prepare(stamp, [hold(''), hold('x'.repeat(65_536 - overhead))])).toThrow(
    expect.objectContaining({ code: 'event-too-large', faults: [expect.objectContaining({ index: 1 })] }),
  );
});

test('of a reported batch, the fault names the reported event', () => {
  const drafts = [{ index: 4 }, { index: 7 }];
  const prepare = () => recorder.prepare(stamp, [hold(''), hold('x'.repeat(65_536))]);
  expect(() => namingItems(drafts, prepare)).toThrow(
    expect.objectContaining({ code: 'event-too-large', faults: [expect.objectContaining({ index: 7 })] }),
  );
});
