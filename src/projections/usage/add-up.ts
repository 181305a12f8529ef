import type { EventType } from '../../domain/events/catalogue.ts';
import type { RecordedEvent } from '../runner/view.ts';

export interface UsageRow {
  readonly tenant: string;
  /** UTC, YYYY-MM-DD. */
  readonly day: string;
  readonly type: EventType;
  /** Empty where the event names none. */
  readonly model: string;
  readonly modality: string;
  events: number;
  bytes: number;
  inputTokens: number;
  outputTokens: number;
  durationMs: number;
}

/** Adds a batch up, so that the table is touched once a day, type, model and modality, not once an event. */
export function addUp(events: readonly RecordedEvent[]): UsageRow[] {
  const rows = new Map<string, UsageRow>();
  for (const event of events) {
    const { data } = event;
    const row = rowOf(rows, event);
    row.events += 1;
    if ('bytes' in data) row.bytes += data.bytes ?? 0;
    if (event.type !== 'generation.completed') continue;
    row.inputTokens += event.data.inputTokens ?? 0;
    row.outputTokens += event.data.outputTokens ?? 0;
    row.durationMs += event.data.durationMs ?? 0;
  }
  return [...rows.values()];
}

function rowOf(rows: Map<string, UsageRow>, event: RecordedEvent): UsageRow {
  const { tenant, type, data } = event;
  const day = utcDay(event.time);
  const model = 'model' in data ? (data.model ?? '') : '';
  const modality = 'modality' in data ? (data.modality ?? '') : '';
  const key = `${tenant} ${day} ${type} ${model} ${modality}`;
  let row = rows.get(key);
  if (row === undefined) {
    row = {
      tenant,
      day,
      type,
      model,
      modality,
      events: 0,
      bytes: 0,
      inputTokens: 0,
      outputTokens: 0,
      durationMs: 0,
    };
    rows.set(key, row);
  }
  return row;
}

const utcDay = (time: string): string =>
  (time.endsWith('Z') ? time : new Date(time).toISOString()).slice(0, 10);
