import type { Outcome } from './entry.ts';

/** All that is given has to match; what is undefined does not narrow. */
export interface AuditFilter {
  readonly actor?: string | undefined;
  readonly role?: string | undefined;
  /** An event type, or `asset.*` for every type that begins with `asset.`. */
  readonly action?: string | undefined;
  /** An asset, a subject reference, a key, a hold, a report. */
  readonly target?: string | undefined;
  readonly outcome?: Outcome | undefined;
  readonly case?: string | undefined;
  /** Policy version. */
  readonly policy?: number | undefined;
  /** Events that happened at `from` or later, and before `to`. */
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

/** Numbers the parameters of a statement as its text is put together. */
export class Parameters {
  readonly values: unknown[] = [];

  /** The placeholder of a value. */
  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  /** `<condition> $n` of each value that is given. */
  conditions(given: readonly (readonly [condition: string, value: unknown])[]): string[] {
    return given.flatMap(([condition, value]) =>
      value === undefined ? [] : [`${condition} ${this.add(value)}`],
    );
  }
}
