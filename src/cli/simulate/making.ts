import type { CloudEvent } from './cloud-event.ts';
import { composeAnswer, composePersonalPrompt, composePrompt, type Modality } from './grammar.ts';
import { remember, revisitable, type Asset } from './user.ts';
import { mintAsset, record, type Call, type Visit, type World } from './world.ts';

/** Share of requests that are refused. */
const BLOCKED = 0.03;
const LINEAGE = 0.3;
/** Ancestors of one asset at most: chains of variations end somewhere. */
const ANCESTORS = 8;
const MEDIA_TYPES = {
  image: 'image/png',
  video: 'video/mp4',
  text: 'text/plain',
  audio: 'audio/ogg',
} as const;
const MEGABYTE = 1_000_000;

export function upload(world: World, at: number, visit: Visit): CloudEvent {
  const { random } = world;
  const asset: Asset = { id: mintAsset(world), modality: 'image', createdAt: at, ancestors: [] };
  remember(visit.user, asset);
  return record(world, at, 'upload.received', visit.user, asset.id, {
    mediaType: MEDIA_TYPES.image,
    bytes: Math.floor(MEGABYTE * (0.1 + random.exponential(2))),
    apiClient: visit.apiClient,
    content: `asset://uploads/${asset.id}. ${composePrompt(random, 'image')}`,
    fileName: `picture-${world.assets}.png`,
    ...visit.network,
  });
}

export function requestGeneration(world: World, at: number, visit: Visit): CloudEvent {
  const { random, profile } = world;
  const modality = random.weighted(profile.modalities);
  const parent = random.chance(LINEAGE) ? parentFor(world, at, visit, modality) : undefined;
  const ancestors = parent === undefined ? [] : [parent.id, ...parent.ancestors];
  const draft = { id: mintAsset(world), modality, createdAt: at, ancestors, cancelled: false };
  const prompt = random.chance(profile.personal)
    ? composePersonalPrompt(random, modality)
    : { text: composePrompt(random, modality), planted: [] };
  const store = random.chance(profile.unstored) ? ({ store: false } as const) : {};
  visit.user.drafts.push(draft);
  const finish = { kind: 'finish', call: { visit, draft, planted: prompt.planted, store } } as const;
  world.schedule.put(at + 800 + random.exponential(modality === 'video' ? 60_000 : 5_000), finish);
  return record(world, at, 'generation.requested', visit.user, draft.id, {
    ...store,
    model: profile.model,
    modality,
    apiClient: visit.apiClient,
    ...(parent === undefined ? {} : { parents: [parent.id] }),
    prompt: prompt.text,
    parameters: { seed: random.integer(0, 9_999), steps: random.integer(10, 50) },
    ...visit.network,
  });
}

function parentFor({ random }: World, at: number, { user }: Visit, modality: Modality): Asset | undefined {
  if (modality === 'text') return undefined;
  const choices = revisitable(user, at).filter(({ ancestors }) => ancestors.length < ANCESTORS);
  return choices.length === 0 ? undefined : random.pick(choices);
}

/** The answer arrives, or the request turns out to be blocked; what was made from a deleted asset never arrives. */
export function finish(world: World, at: number, call: Call): CloudEvent | undefined {
  const { visit, draft, store, planted } = call;
  const { user } = visit;
  user.drafts = user.drafts.filter(other => other !== draft);
  if (draft.cancelled) return undefined;
  if (world.random.chance(BLOCKED)) return block(world, at, call);
  if (store.store === undefined) {
    remember(user, { ...draft, createdAt: at });
    if (planted.length > 0) world.schedule.put(at + world.random.integer(500, 4_000), { kind: 'flag', call });
  }
  return complete(world, at, call);
}

function block(world: World, at: number, { visit, draft, store }: Call): CloudEvent {
  const { random, profile } = world;
  const ground = random.weighted({ 'content-policy': 60, abuse: 25, legal: 10, fraud: 5 });
  return record(world, at, 'generation.blocked', visit.user, draft.id, {
    ...store,
    model: profile.model,
    modality: draft.modality,
    rule: `example/${ground}:1`,
    ground,
    automated: random.chance(0.95),
  });
}

function complete(world: World, at: number, { visit, draft, store, planted }: Call): CloudEvent {
  const { random, profile } = world;
  const isText = draft.modality === 'text';
  return record(world, at, 'generation.completed', visit.user, draft.id, {
    ...store,
    model: profile.model,
    modality: draft.modality,
    mediaType: MEDIA_TYPES[draft.modality],
    bytes: isText ? random.integer(200, 1_500) : Math.floor(MEGABYTE * (0.2 + random.exponential(1))),
    ...(isText ? { inputTokens: random.integer(40, 400), outputTokens: random.integer(50, 400) } : {}),
    durationMs: at - draft.createdAt,
    ...(planted.length > 0 && profile.pack === 'neuralseek' ? { personalized: true } : {}),
    output: isText
      ? composeAnswer(random)
      : `asset://outputs/${draft.id}. ${composePrompt(random, draft.modality)}`,
    ...visit.network,
  });
}

/** The platform's own detector speaks up about a prompt. */
export function flag(world: World, at: number, { visit, draft, planted }: Call): CloudEvent | undefined {
  if (!visit.user.assets.some(({ id }) => id === draft.id)) return undefined;
  return record(world, at, 'pii.flagged', visit.user, draft.id, {
    source: 'detector',
    detector: 'example/spotter',
    detectorVersion: 'v2',
    categories: planted.map(({ category }) => category),
    spans: planted.map(span => ({ field: 'prompt', ...span, confidence: 0.9 })),
  });
}
