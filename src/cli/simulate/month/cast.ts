import { lettersOf } from '../../letters.ts';
import { createRandom, type Random } from '../random.ts';
import { documentationAddress } from '../user.ts';
import { clerk, discreet, ordinary, perfectionist, studio, tidier } from './honest.ts';
import { evader, harvester, massDeleter, raider, ringMember, type Conduct } from './planted.ts';
import type { Month, Session } from './session.ts';
import { createStage, type Account } from './stage.ts';

export const PLANTED = ['mass-deletion', 'ring', 'velocity', 'pii-harvest', 'evasion'] as const;
export type PlantedKind = (typeof PLANTED)[number];
export const HONEST = [
  ...['family', 'firm', 'perfectionist', 'tidier', 'discreet', 'clerk', 'studio'],
] as const;
export type HonestKind = (typeof HONEST)[number];

/** Somebody whose conduct is planned: one person, whatever the number of accounts. */
export interface Persona {
  readonly kind: PlantedKind | HonestKind;
  readonly accounts: readonly Account[];
  sessions(month: Month): Session[];
}

const CONDUCT: Readonly<Record<Exclude<Persona['kind'], 'evasion'>, Conduct>> = {
  'mass-deletion': massDeleter,
  ring: ringMember,
  velocity: raider,
  'pii-harvest': harvester,
  family: ordinary,
  firm: ordinary,
  perfectionist,
  tidier,
  discreet,
  clerk,
  studio,
};

/** Makes personas of one seed; their accounts are numbered from `first` on. */
export function createCasting(seed: string, first: number) {
  const random = createRandom('cast', seed);
  const run = lettersOf(createRandom('run', seed).integer(0, 60_000_000), 6);
  let number = first;
  let people = 0;

  const account = (shared: Partial<Account> = {}): Account => ({
    id: `user-${++number}`,
    ip: documentationAddress(random.next()),
    device: `dev-${lettersOf(random.integer(0, 60_000_000))}`,
    payment: `pay-${lettersOf(random.integer(0, 60_000_000))}`,
    ...shared,
  });

  const persona = (kind: Persona['kind'], accounts: readonly Account[]): Persona => {
    const name = `${run}${lettersOf(people++, 4)}`;
    return {
      ...{ kind, accounts },
      sessions: month => {
        const stage = createStage(name, createRandom(seed, name));
        if (kind === 'evasion') return evader(stage, accounts, month);
        const [only = account()] = accounts;
        return CONDUCT[kind](stage, only, month);
      },
    };
  };

  return {
    random,
    /** People who share nothing with each other. */
    alone: (kind: Exclude<Persona['kind'], 'evasion'>, count: number): Persona[] =>
      Array.from({ length: count }, () => persona(kind, [account()])),
    /** People who share a device, a payment, or both. */
    together: (kind: Exclude<Persona['kind'], 'evasion'>, sizes: readonly number[]): Persona[] =>
      sizes.flatMap(size => {
        const shared = whatIsShared(random);
        return Array.from({ length: size }, () => persona(kind, [account(shared)]));
      }),
    /** One person each, with one account after the other on the same device, the same payment, or both. */
    evaders: (count: number): Persona[] =>
      Array.from({ length: count }, () => {
        const shared = whatIsShared(random);
        const accounts = Array.from({ length: random.integer(3, 5) }, () => account(shared));
        return persona('evasion', accounts);
      }),
  };
}

function whatIsShared(random: Random): Partial<Account> {
  const device = `dev-${lettersOf(random.integer(0, 60_000_000))}`;
  const payment = `pay-${lettersOf(random.integer(0, 60_000_000))}`;
  return random.pick([{ device }, { payment }, { device, payment }]);
}

/** Parts of `total`, each from `low` to `high` where that goes, in no particular order. */
export function parts(random: Random, total: number, low: number, high: number): number[] {
  const sizes: number[] = [];
  for (let left = total; left > 0;) {
    const size = left <= high ? left : Math.min(random.integer(low, high), left - low);
    sizes.push(size);
    left -= size;
  }
  return sizes;
}
