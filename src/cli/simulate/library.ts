import type { CloudEvent } from './cloud-event.ts';
import { forget, revisitable, type Asset } from './user.ts';
import { record, type Visit, type World } from './world.ts';

/** What a user does with earlier assets. Each answers undefined where there is none to do it with. */
type Deed = (world: World, at: number, visit: Visit) => CloudEvent | undefined;

function choose({ random }: World, at: number, { user }: Visit): Asset | undefined {
  const assets = revisitable(user, at);
  return assets.length === 0 ? undefined : random.pick(assets);
}

export const look: Deed = (world, at, visit) => {
  const asset = choose(world, at, visit);
  if (asset === undefined) return undefined;
  if (world.random.chance(0.2)) {
    return record(world, at, 'asset.downloaded', visit.user, asset.id, {
      viewer: 'subject',
      ...visit.network,
    });
  }
  const seen = { viewer: 'subject', purpose: 'serving', ...visit.network };
  return record(world, at, 'asset.viewed', visit.user, asset.id, seen);
};

export const share: Deed = (world, at, visit) => {
  const asset = choose(world, at, visit);
  if (asset === undefined) return undefined;
  const audience = world.random.weighted({ link: 70, organisation: 20, community: 10 });
  return record(world, at, 'asset.shared', visit.user, asset.id, {
    audience,
    ...(audience === 'community' ? { consent: `consent-${visit.user.id}` } : {}),
  });
};

export const deleteOne: Deed = (world, at, visit) => {
  const asset = choose(world, at, visit);
  return asset === undefined ? undefined : requestDeletion(world, at, visit, asset);
};

/** A user clears the desk: everything that is left goes within seconds. */
export const deleteAll: Deed = (world, at, visit) => {
  const [first, ...others] = revisitable(visit.user, at);
  if (first === undefined) return undefined;
  others.forEach((asset, index) =>
    world.schedule.put(at + (index + 1) * world.random.integer(300, 2_000), { kind: 'delete', visit, asset }),
  );
  return requestDeletion(world, at, visit, first);
};

/** Nothing, where the asset has gone in the meantime. */
export function requestDeletion(
  world: World,
  at: number,
  { user }: Visit,
  asset: Asset,
): CloudEvent | undefined {
  if (!user.assets.includes(asset)) return undefined;
  forget(user, asset);
  return record(world, at, 'deletion.requested', user, asset.id, { cause: 'user' });
}
