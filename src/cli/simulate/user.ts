import { lettersOf } from '../letters.ts';
import { createRandom } from './random.ts';
import { DAY_MS } from './rhythm.ts';
import { WORDS } from './words.ts';
import type { Modality } from './grammar.ts';

/** An asset that its user may still come back to. */
export interface Asset {
  readonly id: string;
  readonly modality: Modality;
  readonly createdAt: number;
  /** What it was made from, directly or through others: deleting one of them may take it along. */
  readonly ancestors: readonly string[];
}

/** A generation that has been asked for and is not there yet. */
export interface Draft extends Asset {
  cancelled: boolean;
}

export interface User {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly plan: string;
  readonly home: string;
  readonly devices: readonly string[];
  assets: Asset[];
  drafts: Draft[];
}

/** How many assets a user comes back to: bounds memory by the users, whatever the number of events. */
const REMEMBERED = 12;
/** Younger than any pack's retention, so that traffic never returns to what was erased on schedule. */
const REVISITED_MS = 20 * DAY_MS;

/** The n-th user of a tenant, from 0 on: everything about a user follows from the seed. */
export function createUser(run: string, number: number): User {
  const random = createRandom(run, 'user', number);
  const [given, family] = [random.pick(WORDS.given), random.pick(WORDS.family)];
  return {
    id: `user-${number + 1}`,
    name: `${given} ${family}`,
    email: `${given}.${family}.${number + 1}@example.com`.toLowerCase(),
    plan: random.weighted({ free: 70, plus: 25, team: 5 }),
    home: documentationAddress(random.next()),
    devices: [1, 2].map(() => `dev-${lettersOf(random.integer(0, 60_000_000))}`),
    assets: [],
    drafts: [],
  };
}

/** An address of the ranges kept for documentation: RFC 5737 and RFC 3849. */
export function documentationAddress(point: number): string {
  const host = Math.floor(point * 4 * 254);
  const net = ['192.0.2', '198.51.100', '203.0.113'][Math.floor(host / 254)];
  return net === undefined ? `2001:db8::${(host % 254) + 1}` : `${net}.${(host % 254) + 1}`;
}

export function remember(user: User, asset: Asset): void {
  user.assets = [...user.assets, asset].slice(-REMEMBERED);
}

export const revisitable = (user: User, at: number): Asset[] =>
  user.assets.filter(({ createdAt }) => at - createdAt < REVISITED_MS);

/** The user lets go of an asset and of what was made from it; generations in flight from it never arrive. */
export function forget(user: User, asset: Asset): void {
  user.assets = user.assets.filter(({ id, ancestors }) => id !== asset.id && !ancestors.includes(asset.id));
  for (const draft of user.drafts) {
    if (draft.ancestors.includes(asset.id)) draft.cancelled = true;
  }
}
