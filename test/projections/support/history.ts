import { randomUUID } from 'node:crypto';
import type { Policy } from '../../../src/domain/policy/policy.ts';
import type { NewEvent } from '../../../src/domain/ports/event-log.ts';
import { day, deletion, erasure, event, OTHER_TENANT, SUBJECT, TENANT, upload } from './events.ts';

export const POLICY: Policy = {
  pack: 'neuralseek',
  minRetention: 'P30D',
  maxRetention: 'P60D',
  erasureSla: 'P1D',
  training: 'never',
  piiAction: 'flag',
  storeDefault: true,
  lineage: 'keep',
  modelRegions: [],
  subprocessors: [],
};

/** A small life of everything: each view gets something of it. */
export const aLife = (tenant: string, name: string): NewEvent[] => {
  const [hold, request] = [randomUUID(), randomUUID()];
  const about = { tenant, subject: SUBJECT };
  return [
    event('tenant.registered', { name: 'Example', region: 'eu-central' }, { tenant }),
    event('policy.adopted', { version: 1, policy: POLICY }, { tenant }),
    upload(`${name}-a`, { tenant }),
    upload(`${name}-b`, { tenant }, { parents: [`${name}-a`] }),
    event('generation.requested', { modality: 'text' }, { ...about, asset: `${name}-c` }),
    event(
      'generation.completed',
      { outputTokens: 7, bytes: 70 },
      { ...about, asset: `${name}-c`, sealed: true },
    ),
    event('asset.viewed', { purpose: 'serving' }, { ...about, asset: `${name}-c` }),
    event('pii.action-applied', { action: 'mask' }, { ...about, asset: `${name}-b` }),
    event(
      'hold.placed',
      { hold, kind: 'litigation', authority: 'court/1', ground: 'order', scope: { assets: [`${name}-a`] } },
      { tenant, time: day(2) },
    ),
    ...deletion(`${name}-a`, { tenant, request }),
    event('hold.released', { hold, cause: 'released' }, { tenant, time: day(9) }),
    ...erasure(`${name}-a`, { tenant }),
    event(
      'erasure.started',
      {
        batch: randomUUID(),
        targets: [{ asset: `${name}-b`, subject: SUBJECT, eraseAt: day(60), cause: 'schedule' }],
      },
      { tenant, time: day(60) },
    ),
    ...aCase(tenant, `${name}-b`),
    event('access.denied', { action: 'asset.content', reason: 'forbidden' }, { tenant }),
    event('horizon.reached', { epoch: 1, at: day(61) }, { tenant, time: day(61) }),
  ];
};

/** Lives of two tenants, `count` each. */
export const history = (count: number): NewEvent[] =>
  Array.from({ length: count }, (_, index) =>
    [TENANT, OTHER_TENANT].flatMap(tenant => aLife(tenant, `life-${index}`)),
  ).flat();

/** A case over one asset: linked, noted, asked to be seen. */
const aCase = (tenant: string, asset: string): NewEvent[] => {
  const [id, request] = [randomUUID(), randomUUID()];
  const about = { tenant, time: day(5) };
  const wanted = { asset, parts: ['content'], reason: 'appeal', duration: 'PT1H', by: 'key-2' } as const;
  return [
    event('case.opened', { case: id, priority: 'high', origin: 'staff' }, about),
    event('case.linked', { case: id, assets: [asset], subjects: [SUBJECT] }, about),
    event('case.noted', { case: id, note: randomUUID() }, { ...about, sealed: true }),
    event('access.requested', { case: id, request, ...wanted, parts: ['content'] }, about),
  ];
};
