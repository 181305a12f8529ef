import type { EventType } from '../../domain/events/catalogue.ts';
import { lettersOf } from '../letters.ts';
import type { CloudEvent } from './cloud-event.ts';
import type { Planted } from './grammar.ts';
import type { Random } from './random.ts';
import type { Schedule } from './schedule.ts';
import type { TenantProfile } from './tenants.ts';
import type { Asset, Draft, User } from './user.ts';

/** One sitting of one user at one device. */
export interface Visit {
  readonly user: User;
  readonly network: { readonly ip: string; readonly device: string; readonly session: string };
  readonly apiClient: string;
  /** Acts still to come. */
  left: number;
}

/** A call to a model, from request to answer. */
export interface Call {
  readonly visit: Visit;
  readonly draft: Draft;
  readonly planted: readonly Planted[];
  /** Only `store: false` is said. */
  readonly store: { readonly store?: false };
}

export type Step =
  | { readonly kind: 'arrive' }
  | { readonly kind: 'act'; readonly visit: Visit }
  | { readonly kind: 'finish'; readonly call: Call }
  | { readonly kind: 'flag'; readonly call: Call }
  | { readonly kind: 'delete'; readonly visit: Visit; readonly asset: Asset };

/** The state of one tenant's simulation. It grows with the users that have been seen, not with the events. */
export interface World {
  readonly profile: TenantProfile;
  readonly random: Random;
  /** Names this run in every id, so that two different runs never share one. */
  readonly run: string;
  readonly source: string;
  readonly userCount: number;
  /** Events a millisecond that the whole tenant should send. */
  readonly pace: number;
  readonly users: Map<number, User>;
  readonly schedule: Schedule<Step>;
  visits: number;
  events: number;
  assets: number;
}

/** One event, with the next id of the run. */
export function record(
  world: World,
  at: number,
  type: EventType,
  user: User,
  asset: string | undefined,
  data: Readonly<Record<string, unknown>>,
): CloudEvent {
  return {
    specversion: '1.0',
    id: `${world.run}-${lettersOf(world.events++)}`,
    source: world.source,
    type,
    ...(asset === undefined ? {} : { subject: asset }),
    time: new Date(at).toISOString(),
    data: { subject: user.id, ...data },
  };
}

export const mintAsset = (world: World): string => `${world.run}-asset-${lettersOf(world.assets++)}`;
