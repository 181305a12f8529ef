import type { CloudEvent } from '../cloud-event.ts';
import { DAY_MS } from '../rhythm.ts';
import { createSchedule } from '../schedule.ts';
import { simulateTraffic } from '../traffic.ts';
import { createCasting, parts, PLANTED, type Persona, type PlantedKind } from './cast.ts';
import type { Month, Session } from './session.ts';

export interface MonthOptions {
  /** Of the crowd and of the honest with conspicuous habits. */
  readonly seed: number;
  /** Of the planted. */
  readonly plantSeed: number;
  /** Which of the simulated tenants, from 0 on. */
  readonly tenant: number;
  readonly start: Date;
  readonly days: number;
  /** Accounts, the planted included. */
  readonly users: number;
  /** Events that the month comes to, within some percent. */
  readonly events: number;
  /** Abusers: as many of each kind. */
  readonly planted: number;
}

/** Who is who in a month: no event says it. */
export interface Cast {
  readonly planted: readonly Persona[];
  /** Honest people of conspicuous habits. The rest of the users are the crowd, honest as well. */
  readonly honest: readonly Persona[];
  /** Users of the crowd, `user-1` to `user-n`. */
  readonly crowd: number;
}

/** Of a hundred users so many have each habit. */
const HABITS = { perfectionist: 0.5, tidier: 0.5, discreet: 0.5, clerk: 0.15, studio: 0.1 } as const;
const FAMILIES = 0.4;
const FIRMS = 0.4;

export function castOf({ seed, plantSeed, users, planted }: MonthOptions): Cast {
  const honest = castHonest(seed, users);
  const abusers = castPlanted(plantSeed, planted, honest.length);
  const accounts = [...honest, ...abusers].reduce((sum, persona) => sum + persona.accounts.length, 0);
  return { planted: abusers, honest, crowd: Math.max(1, users - accounts) };
}

/** The planned accounts have numbers of their own, far from the crowd's. */
const FIRST_NUMBER = 1_000_000;

function castHonest(seed: number, users: number): Persona[] {
  const casting = createCasting(`honest ${seed}`, FIRST_NUMBER);
  const count = (percent: number): number => Math.round((users * percent) / 100);
  const { perfectionist, tidier, discreet, clerk, studio } = HABITS;
  return [
    ...casting.alone('perfectionist', count(perfectionist)),
    ...casting.alone('tidier', count(tidier)),
    ...casting.alone('discreet', count(discreet)),
    ...casting.alone('clerk', count(clerk)),
    ...casting.alone('studio', count(studio)),
    ...casting.together('family', parts(casting.random, count(FAMILIES), 2, 5)),
    ...casting.together('firm', parts(casting.random, count(FIRMS), 6, 40)),
  ];
}

function castPlanted(plantSeed: number, planted: number, before: number): Persona[] {
  const casting = createCasting(`planted ${plantSeed}`, FIRST_NUMBER + before);
  const each = (kind: PlantedKind): number => Math.floor((planted + PLANTED.indexOf(kind)) / PLANTED.length);
  return [
    ...casting.alone('mass-deletion', each('mass-deletion')),
    ...casting.together('ring', parts(casting.random, each('ring'), 4, 7)),
    ...casting.alone('velocity', each('velocity')),
    ...casting.alone('pii-harvest', each('pii-harvest')),
    ...casting.evaders(each('evasion')),
  ];
}

/** A month of one tenant, in order of time, as CloudEvents. The same options give the same bytes. */
export function* simulateMonth(options: MonthOptions): Generator<CloudEvent, void, undefined> {
  const { seed, tenant, start, days, events } = options;
  const cast = castOf(options);
  const month = { start: start.getTime(), days };
  const personas = [...cast.honest, ...cast.planted];
  const left = events - lengthOf(play(personas, month));
  const rate = Math.max(0.01, left / (cast.crowd * days));
  const crowd = simulateTraffic({ seed, tenant, start, days, users: cast.crowd, rate });
  yield* merge(crowd, play(personas, month));
}

function lengthOf(events: Generator): number {
  let length = 0;
  while (events.next().done !== true) length++;
  return length;
}

type Step =
  | { readonly kind: 'session'; readonly session: Session }
  | { readonly kind: 'event'; readonly event: CloudEvent };

/** The personas' events in order of time; a sitting is made when its time comes. */
function* play(personas: readonly Persona[], month: Month): Generator<CloudEvent, void, undefined> {
  const schedule = createSchedule<Step>();
  const end = month.start + month.days * DAY_MS;
  for (const session of personas.flatMap(persona => persona.sessions(month))) {
    schedule.put(session.at, { kind: 'session', session });
  }
  for (let next = schedule.take(); next !== undefined; next = schedule.take()) {
    const { at, step } = next;
    if (at >= end) return;
    if (step.kind === 'event') yield step.event;
    else
      for (const event of step.session.play()) schedule.put(Date.parse(event.time), { kind: 'event', event });
  }
}

/** Two sequences that are in order of time, as one. */
function* merge(
  one: Generator<CloudEvent, void>,
  other: Generator<CloudEvent, void>,
): Generator<CloudEvent, void, undefined> {
  let [left, right] = [one.next(), other.next()];
  while (left.done !== true || right.done !== true) {
    if (right.done === true || (left.done !== true && left.value.time <= right.value.time)) {
      if (left.done === true) return;
      yield left.value;
      left = one.next();
    } else {
      yield right.value;
      right = other.next();
    }
  }
}
