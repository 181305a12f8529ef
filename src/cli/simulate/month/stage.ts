import type { EventType } from '../../../domain/events/catalogue.ts';
import { lettersOf } from '../../letters.ts';
import type { CloudEvent } from '../cloud-event.ts';
import { composePersonalPrompt, composePrompt, type Planted } from '../grammar.ts';
import type { Random } from '../random.ts';

/** An account of a persona, and from where it calls. */
export interface Account {
  readonly id: string;
  readonly ip: string;
  readonly device: string;
  readonly payment: string;
}

/** How a call ends. Neither: with an answer that nobody objects to. */
export interface CallEnd {
  readonly isBlocked?: boolean;
  readonly isFlagged?: boolean;
}

export interface Made {
  readonly asset: string;
  readonly madeAt: number;
  readonly isBlocked: boolean;
  readonly events: readonly CloudEvent[];
}

/** What the personas of the month do, as CloudEvents. One a persona: its ids and chances are its own. */
export interface Stage {
  readonly random: Random;
  register(at: number, account: Account): CloudEvent;
  /** A call to the model, with its answer some seconds later. */
  make(at: number, account: Account, end?: CallEnd): Made;
  remove(at: number, account: Account, asset: string): CloudEvent;
  /** The platform bars the account. */
  bar(at: number, account: Account): CloudEvent;
}

/** A call is answered within this time, and its flag is there. */
export const LONGEST_ANSWER_MS = 5_000;

const MODEL = 'example/scribe:7';

export function createStage(run: string, random: Random): Stage {
  let events = 0;
  let assets = 0;

  const record = (
    at: number,
    type: EventType,
    account: Account,
    asset: string | undefined,
    data: Readonly<Record<string, unknown>>,
  ): CloudEvent => ({
    specversion: '1.0',
    id: `${run}-${lettersOf(events++)}`,
    source: `urn:lethe:simulation:${run}`,
    type,
    ...(asset === undefined ? {} : { subject: asset }),
    time: new Date(Math.round(at)).toISOString(),
    data: { subject: account.id, ...data },
  });

  const flag = (at: number, account: Account, asset: string, planted: readonly Planted[]): CloudEvent =>
    record(at, 'pii.flagged', account, asset, {
      ...{ source: 'detector', detector: 'example/spotter', detectorVersion: 'v2' },
      categories: planted.map(({ category }) => category),
      spans: planted.map(span => ({ field: 'prompt', ...span, confidence: 0.9 })),
    });

  const make: Stage['make'] = (at, account, { isBlocked = false, isFlagged = false } = {}) => {
    const asset = `${run}-asset-${lettersOf(assets++)}`;
    const { ip, device, payment: paymentFingerprint } = account;
    const call = { model: MODEL, modality: 'text', apiClient: 'web' };
    const prompt = isFlagged
      ? composePersonalPrompt(random, 'text')
      : { text: composePrompt(random, 'text'), planted: [] };
    const network = { ip, device, paymentFingerprint };
    const done = at + random.integer(800, LONGEST_ANSWER_MS - 1_000);
    const asked = record(at, 'generation.requested', account, asset, {
      ...call,
      prompt: prompt.text,
      ...network,
    });
    const answered = isBlocked
      ? record(done, 'generation.blocked', account, asset, {
          ...call,
          ...{ rule: 'example/content-policy:1', ground: 'content-policy', automated: true },
        })
      : record(done, 'generation.completed', account, asset, {
          ...call,
          ...{ bytes: random.integer(200, 1_500), durationMs: Math.round(done - at) },
          output: composePrompt(random, 'text'),
        });
    const flags = isFlagged && !isBlocked ? [flag(done + 700, account, asset, prompt.planted)] : [];
    return { asset, madeAt: at, isBlocked, events: [asked, answered, ...flags] };
  };

  return {
    random,
    make,
    register: (at, account) =>
      record(at, 'account.registered', account, undefined, { plan: 'free', attestation: 'adult' }),
    remove: (at, account, asset) => record(at, 'deletion.requested', account, asset, {}),
    bar: (at, account) =>
      record(at, 'account.blocked', account, undefined, {
        ...{ rule: 'example/content-policy:1', ground: 'abuse' },
      }),
  };
}
