import type { EventData, EventType } from '../domain/events/catalogue.ts';
import { definitionOf } from '../domain/events/catalogue.ts';
import {
  encodeEnvelope,
  type Actor,
  type Envelope,
  type SealedReference,
} from '../domain/events/envelope.ts';
import { LetheError } from '../domain/errors.ts';
import type { AppendResult, EventLog, Expectation, NewEvent } from '../domain/ports/event-log.ts';
import { MAX_ENTRY_BYTES } from '../domain/tlog/tiles.ts';
import type { Surroundings } from './context.ts';
import { streamOf } from './streams.ts';

/** Lethe as the reporter of an event. */
export const LETHE_SOURCE = 'lethe';

/** Where a tenant stands when an event is recorded. */
export interface TenantStamp {
  readonly tenant: string;
  readonly region: string;
  /** Policy version in force. */
  readonly policy: number;
}

/** An event about to be recorded: everything but what the recorder itself adds. */
export type Draft<T extends EventType = EventType> = {
  [K in T]: DraftContext & { readonly type: K; readonly data: EventData<K> };
}[T];

/** All of a draft but what happened. */
export interface DraftContext {
  readonly actor: Actor;
  readonly time: Date;
  readonly asset?: string | undefined;
  readonly subject?: string | undefined;
  /** CloudEvents identity; without it the event is Lethe's own and new. */
  readonly source?: string;
  readonly sourceId?: string;
  /** Lethe's id of the event, where the sealing was already bound to it. */
  readonly id?: string;
  readonly sealed?: { readonly blob: Buffer; readonly reference: SealedReference } | undefined;
}

export interface Recorder {
  /** Turns drafts into stored form. Throws `event-too-large`: a leaf of the log has at most 65,535 bytes. */
  prepare(stamp: TenantStamp, drafts: readonly Draft[]): NewEvent[];
  append(events: readonly NewEvent[], expectations?: readonly Expectation[]): Promise<AppendResult>;
  /**
   * Prepares and appends events that nothing can conflict with; answers with the position of each.
   * Those already stored under the same identity count as stored, at their first position.
   */
  record(stamp: TenantStamp, drafts: readonly Draft[]): Promise<readonly number[]>;
}

function tooLarge(type: EventType, index: number): LetheError {
  const message = `the clear part of a ${type} exceeds ${MAX_ENTRY_BYTES} bytes`;
  return new LetheError('event-too-large', message, {
    faults: [{ index, code: 'event-too-large', message }],
  });
}

export function createRecorder(log: EventLog, { clock, random }: Surroundings): Recorder {
  const prepareOne = (stamp: TenantStamp, draft: Draft, recorded: string, index: number): NewEvent => {
    const id = draft.id ?? random.uuidv7();
    const envelope = {
      format: 1 as const,
      tenant: stamp.tenant,
      id,
      source: draft.source ?? LETHE_SOURCE,
      sourceId: draft.sourceId ?? id,
      type: draft.type,
      version: definitionOf(draft.type).version,
      time: draft.time.toISOString(),
      recorded,
      stream: streamOf(draft, draft),
      ...(draft.asset === undefined ? {} : { asset: draft.asset }),
      ...(draft.subject === undefined ? {} : { subject: draft.subject }),
      actor: draft.actor,
      policy: stamp.policy,
      region: stamp.region,
      data: draft.data,
      ...(draft.sealed === undefined ? {} : { sealed: draft.sealed.reference }),
    } as Envelope;
    const bytes = encodeEnvelope(envelope);
    if (bytes.length > MAX_ENTRY_BYTES) throw tooLarge(draft.type, index);
    return {
      tenant: stamp.tenant,
      stream: envelope.stream,
      source: envelope.source,
      sourceId: envelope.sourceId,
      type: draft.type,
      envelope: bytes,
      sealed: draft.sealed?.blob ?? null,
    };
  };

  const prepare: Recorder['prepare'] = (stamp, drafts) => {
    const recorded = clock.now().toISOString();
    return drafts.map((draft, index) => prepareOne(stamp, draft, recorded, index));
  };

  const append: Recorder['append'] = (events, expectations) => log.append(events, expectations);

  const record: Recorder['record'] = async (stamp, drafts) => {
    const positions = new Map<number, number>();
    let left = prepare(stamp, drafts).map((event, at) => ({ event, at }));
    while (left.length > 0) {
      const sent = left;
      const result = await log.append(sent.map(({ event }) => event));
      if (result.status === 'conflict')
        throw new LetheError('log-conflict', `stream ${result.stream} has moved`);
      if (result.status === 'appended') {
        sent.forEach(({ at }, index) => positions.set(at, result.positions[index] ?? 0));
        break;
      }
      for (const { index, position } of result.duplicates) positions.set(sent[index]?.at ?? -1, position);
      left = sent.filter(({ at }) => !positions.has(at));
    }
    return drafts.map((_, at) => positions.get(at) ?? 0);
  };

  return { prepare, append, record };
}
