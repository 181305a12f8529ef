import type { PackName, Policy } from './policy.ts';

type Area = 'eu' | 'us' | 'au';

/** How the names of regions and data centres begin: eu-central-1, europe-west3, us-south, sydney. */
const AREA_OF_PREFIX: readonly (readonly [string, Area])[] = [
  ['eu', 'eu'],
  ['europe', 'eu'],
  ['frankfurt', 'eu'],
  ['us', 'us'],
  ['dallas', 'us'],
  ['au', 'au'],
  ['australia', 'au'],
  ['ap-southeast-2', 'au'],
  ['sydney', 'au'],
];

/** Promise 4: the area whose models serve a tenant of an area. */
const MODELS_FOR: Readonly<Record<Area, Area>> = { eu: 'eu', us: 'us', au: 'us' };

const isWithin = (prefix: string, region: string): boolean =>
  region === prefix || region.startsWith(`${prefix}-`);

const areaOf = (region: string): Area | undefined =>
  AREA_OF_PREFIX.find(([prefix]) => isWithin(prefix, region))?.[1];

/** Whether `entry` of a policy covers `region`: by name, as its parent (eu over eu-west-1) or as its area. */
const covers = (entry: string, region: string): boolean =>
  isWithin(entry, region) || areaOf(region) === entry;

/** The model regions that a pack promises for a tenant's region; empty where it promises none. */
export function promisedModelRegions(pack: PackName, tenantRegion: string | undefined): readonly string[] {
  if (pack !== 'neuralseek' || tenantRegion === undefined) return [];
  const area = areaOf(tenantRegion);
  return area === undefined ? [] : [MODELS_FOR[area]];
}

/** Whether a model in `region` keeps what the pack promises a tenant of `tenantRegion` (promise 4). */
export function keepsPromisedRegion(pack: PackName, tenantRegion: string, region: string): boolean {
  const promised = promisedModelRegions(pack, tenantRegion);
  return promised.length === 0 || promised.some(entry => covers(entry, region));
}

/** Whether the policy of a tenant lets a model in `modelRegion` serve it. No list means what the pack promises. */
export const allowsModelRegion = (policy: Policy, tenantRegion: string, modelRegion: string): boolean =>
  keepsPromisedRegion(policy.pack, tenantRegion, modelRegion) &&
  (policy.modelRegions.length === 0 || policy.modelRegions.some(entry => covers(entry, modelRegion)));
