import type { PackName } from '../../domain/policy/policy.ts';
import type { Modality } from './grammar.ts';

/** How a simulated organisation behaves. `name` also names its file. */
export interface TenantProfile {
  readonly name: string;
  readonly pack: PackName;
  readonly region: string;
  readonly model: string;
  /** Hour, UTC, at which its users are most awake. */
  readonly peakHour: number;
  readonly modalities: Readonly<Record<Modality, number>>;
  /** What a user does next, by weight. */
  readonly acts: Readonly<Record<Act, number>>;
  /** Share of calls that ask for `store: false` (promise 47). */
  readonly unstored: number;
  /** Share of prompts that hold personal data. */
  readonly personal: number;
}

export type Act = 'upload' | 'generate' | 'look' | 'share' | 'delete' | 'burst';

const ACTS = { upload: 8, generate: 50, look: 36, share: 2, delete: 3.5, burst: 0.5 };

const profile = (
  name: string,
  pack: PackName,
  region: string,
  peakHour: number,
  rest: Pick<TenantProfile, 'model' | 'modalities'> & Partial<TenantProfile>,
): TenantProfile => ({ name, pack, region, peakHour, acts: ACTS, unstored: 0, personal: 0.04, ...rest });

const PROFILES = [
  profile('atelier', 'flux-context', 'eu-central', 13, {
    model: 'example/pictor:3',
    modalities: { image: 85, video: 15, text: 0, audio: 0 },
    acts: { ...ACTS, upload: 14, share: 6 },
  }),
  profile('helpdesk', 'neuralseek', 'us-south', 16, {
    model: 'example/scribe:7',
    modalities: { image: 0, video: 0, text: 100, audio: 0 },
    personal: 0.12,
  }),
  profile('companion', 'deepseek', 'ap-east', 5, {
    model: 'example/parley:2',
    modalities: { image: 5, video: 0, text: 90, audio: 5 },
    acts: { ...ACTS, delete: 6, burst: 1 },
  }),
  profile('inspection', 'clarifai', 'us-east', 15, {
    model: 'example/augur:5',
    modalities: { image: 60, video: 5, text: 35, audio: 0 },
    acts: { ...ACTS, upload: 40 },
    unstored: 0.05,
  }),
  profile('filmworks', 'neurasea', 'ap-southeast', 4, {
    model: 'example/motion:4',
    modalities: { image: 25, video: 65, text: 5, audio: 5 },
  }),
] as const;

/** The n-th simulated tenant, from 0 on; the five packs come round in turn. */
export function tenantProfile(index: number): TenantProfile {
  const found = PROFILES[index % PROFILES.length] ?? PROFILES[0];
  const round = Math.floor(index / PROFILES.length);
  return round === 0 ? found : { ...found, name: `${found.name}-${round + 1}` };
}
