import type { QueryResult, QueryResultRow } from 'pg';
import type { AnyEnvelope } from '../../domain/events/envelope.ts';
import type { EventType } from '../../domain/events/catalogue.ts';

/** Where and when the log recorded an event. */
export interface Recorded {
  readonly position: number;
  readonly revision: number;
  readonly recordedAt: Date;
}

/** An event as folds see it: the envelope, decoded once for all views. Sealed content never reaches a view. */
export type RecordedEvent = AnyEnvelope & Recorded;
export type EventNamed<T extends EventType> = Extract<AnyEnvelope, { type: T }> & Recorded;

/** What folds and queries ask of a connection or a pool. */
export interface Db {
  query<R extends QueryResultRow>(text: string, values?: unknown[]): Promise<QueryResult<R>>;
}

/**
 * A fold over the log. `apply` runs in the transaction that moves the checkpoint: events come in order, each exactly
 * once. What it throws undoes the batch, for this view alone.
 */
export interface View {
  /** kebab-case; the tables live in the schema `view_<name>`. */
  readonly name: string;
  /** Raised whenever the tables or the fold change: the view is then rebuilt from the log. */
  readonly version: number;
  /** DDL of the tables, qualified with `schema`. */
  tables(schema: string): string;
  apply(events: readonly RecordedEvent[], db: Db, schema: string): Promise<void>;
}

/** Schema of the tables that serve. */
export const schemaOf = (name: string): string => `view_${name.replaceAll('-', '_')}`;

/** The tables that a fold writes to, and the checkpoint that goes with them. */
export interface Target {
  readonly view: View;
  readonly schema: string;
  readonly checkpoint: string;
}

export const liveTarget = (view: View): Target => ({
  view,
  schema: schemaOf(view.name),
  checkpoint: view.name,
});

/** Where a rebuild grows, until it is swapped in. */
export const nextTarget = (view: View): Target => ({
  view,
  schema: `${schemaOf(view.name)}_next`,
  checkpoint: `${view.name}/next`,
});
