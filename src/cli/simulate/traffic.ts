import { createHash } from 'node:crypto';
import { unreachable } from '../../domain/errors.ts';
import { lettersOfBytes } from '../letters.ts';
import type { CloudEvent } from './cloud-event.ts';
import { requestDeletion } from './library.ts';
import { finish, flag } from './making.ts';
import { createRandom } from './random.ts';
import { DAY_MS } from './rhythm.ts';
import { createSchedule } from './schedule.ts';
import { tenantProfile } from './tenants.ts';
import { act, arrive } from './visits.ts';
import type { Step, World } from './world.ts';

export interface TrafficOptions {
  readonly seed: number;
  /** Which of the simulated tenants, from 0 on. */
  readonly tenant: number;
  /** The first instant; the last lies before `start` + `days`. */
  readonly start: Date;
  readonly days: number;
  readonly users: number;
  /** Events a user sends a day, on average over users and days. */
  readonly rate: number;
}

/**
 * Realistic traffic of one tenant as CloudEvents, in order of time. The same options give the same bytes; memory
 * follows the users, not the events. Every event refers only to assets that its user has made and not deleted.
 */
export function* simulateTraffic(options: TrafficOptions): Generator<CloudEvent, void, undefined> {
  const world = createWorld(options);
  const start = options.start.getTime();
  const end = start + options.days * DAY_MS;
  world.schedule.put(start, { kind: 'arrive' });
  for (let next = world.schedule.take(); next !== undefined; next = world.schedule.take()) {
    const at = Math.round(next.at);
    if (at >= end) return;
    const event = perform(world, at, next.step);
    if (event !== undefined) yield event;
  }
}

function createWorld(options: TrafficOptions): World {
  const { seed, tenant, start, days, users, rate } = options;
  const identity = [seed, tenant, start.toISOString(), days, users, rate].join(' ');
  const run = lettersOfBytes(createHash('sha256').update(identity).digest().subarray(0, 5));
  return {
    profile: tenantProfile(tenant),
    random: createRandom(identity),
    run,
    source: `urn:lethe:simulation:${run}`,
    userCount: users,
    pace: (users * rate) / DAY_MS,
    users: new Map(),
    schedule: createSchedule<Step>(),
    visits: 0,
    events: 0,
    assets: 0,
  };
}

function perform(world: World, at: number, step: Step): CloudEvent | undefined {
  switch (step.kind) {
    case 'arrive':
      return arrive(world, at);
    case 'act':
      return act(world, at, step.visit);
    case 'finish':
      return finish(world, at, step.call);
    case 'flag':
      return flag(world, at, step.call);
    case 'delete':
      return requestDeletion(world, at, step.visit, step.asset);
    default:
      return unreachable(step);
  }
}
