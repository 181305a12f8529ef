import { randomUUID } from 'node:crypto';
import { day, event } from '../support/events.ts';
import { clauseTests, type Story } from './support/clause-tests.ts';
import { ADMIN, adopted, altered, erasedOn, expired, made, old } from './support/stories.ts';

const early: Story = tenant => [old(tenant, 'b'), erasedOn(tenant, 'b', 10, { due: 10, cause: 'user' })];
const late: Story = tenant => [old(tenant, 'b'), erasedOn(tenant, 'b', 70)];
const overdue: Story = tenant => [old(tenant, 'b')];
const undated: Story = tenant => [made(tenant, 'b', { retention: undefined })];
const overlong: Story = tenant => [
  made(tenant, 'b', { retention: { windowEnds: day(90), scheduledFor: day(160) } }),
];

const hold = (tenant: string, asset: string, placed: number, released: number | undefined) => {
  const id = randomUUID();
  const about = { tenant, actor: ADMIN };
  const order = { hold: id, kind: 'litigation' as const, authority: 'court/1', ground: 'order' };
  const place = event(
    'hold.placed',
    { ...order, scope: { assets: [asset] } },
    { ...about, time: day(placed) },
  );
  if (released === undefined) return [place];
  return [place, event('hold.released', { hold: id, cause: 'released' }, { ...about, time: day(released) })];
};

const asked = (tenant: string, asset: string, at: number, until: number) => [
  event(
    'hold.requested',
    {
      ...{ hold: randomUUID(), kind: 'litigation', authority: 'court/1', ground: 'order' },
      ...{ scope: { assets: [asset] }, requestedBy: ADMIN.id, preservesUntil: day(until) },
    },
    { tenant, actor: ADMIN, time: day(at) },
  ),
];

clauseTests([
  {
    number: 9,
    holds: {
      'assets went at their date and others are not due': tenant => [...expired(tenant), made(tenant)],
      'an erasure waited for a hold': tenant => [...hold(tenant, 'b', 50, 69), ...late(tenant)],
      'a hold keeps an asset beyond its date': tenant => [
        ...expired(tenant),
        ...hold(tenant, 'b', 50, undefined),
        old(tenant, 'b'),
      ],
      'a hold was asked for in time, and lapsed within the SLA': tenant => [
        ...expired(tenant),
        ...asked(tenant, 'b', 60, 99.5),
        old(tenant, 'b'),
      ],
      'date and SLA count from the end of the hold': tenant => [
        ...expired(tenant),
        ...hold(tenant, 'b', 50, 99.5),
        old(tenant, 'b'),
      ],
    },
    numbers: { assets: 2, erased: 1, early: 0, late: 0, overdue: 0, undated: 0, ageDaysMost: 60 },
    breaks: {
      'one was erased in its window': early,
      'one was erased after date and SLA': late,
      'one is overdue': overdue,
      'one has no date': undated,
      'a hold that ended before the date excuses nothing': tenant => [
        ...hold(tenant, 'b', 10, 20),
        ...late(tenant),
      ],
      'a hold excuses nothing beyond its end and the SLA': tenant => [
        ...hold(tenant, 'b', 50, 62),
        ...late(tenant),
      ],
      'a hold that came when it was late already excuses nothing': tenant => [
        ...hold(tenant, 'b', 65, 69.5),
        ...late(tenant),
      ],
      'a later version with a longer SLA excuses nothing': tenant => [
        adopted(tenant, 2, { erasureSla: 'P20D' }, 65),
        ...late(tenant),
      ],
    },
  },
  {
    number: 27,
    holds: { 'an asset went by itself': tenant => [...expired(tenant), made(tenant)] },
    numbers: { erasedBySchedule: 1, overdue: 0, undated: 0 },
    breaks: { 'one is overdue': overdue, 'one has no date': undated },
  },
  {
    number: 37,
    holds: { 'an asset went after the period': tenant => [...expired(tenant), made(tenant)] },
    numbers: { erased: 1, late: 0, overdue: 0, overlong: 0, maximum: 'P60D' },
    breaks: {
      'one is overdue': overdue,
      'one has no date': undated,
      'one is kept beyond the maximum': overlong,
    },
  },
  {
    number: 46,
    holds: { 'assets got what the customer set': tenant => [made(tenant)] },
    numbers: { versions: 1, minimum: 'P30D', maximum: 'P60D', assets: 1, overlong: 0 },
    breaks: {
      'one was scheduled later': overlong,
      'one was scheduled by an older version that allowed more': [
        tenant => [adopted(tenant, 2, { maxRetention: 'P30D' }, 50), made(tenant, 'b')],
        { overlong: 2 },
      ],
      'one was erased in its window': early,
      'one was erased too late': late,
      'one was altered to have no date': tenant => [
        altered(made(tenant, 'b'), { data: { mediaType: 'image/png' } }),
      ],
    },
  },
]);
