import type { Buffer } from 'node:buffer';
import { readEnvelope } from './envelope-line.ts';
import type { Findings } from './findings.ts';
import type { LineFault } from './lines.ts';
import { BUNDLE_PATHS } from './manifest.ts';

const PART = BUNDLE_PATHS.entries;
const AT_FIRST = 1_024;

/** What rows of data can be held against. */
export interface EventFacts {
  readonly type: string;
  /** Milliseconds since 1970. */
  readonly time: number;
}

export interface LogEventsOptions {
  readonly tenant: string;
  readonly findings: Findings;
}

/** The events of a bundle as they stream by: 12 bytes of each are kept, its time and the number of its type. */
export class LogEvents {
  readonly #options: LogEventsOptions;
  readonly #lines: Map<number, number> | undefined;
  readonly #from: number;
  readonly #typeNumbers = new Map<string, number>();
  readonly #typeNames: string[] = [];
  #times = new Float64Array(AT_FIRST);
  #types = new Uint32Array(AT_FIRST);
  #count = 0;

  /** `from`: the lines are successive leaves from there on; absent: each comes with its leaf. */
  constructor(options: LogEventsOptions, from?: number) {
    this.#options = options;
    this.#from = from ?? 0;
    this.#lines = from === undefined ? new Map() : undefined;
  }

  get count(): number {
    return this.#count;
  }

  add(line: Buffer, leaf: number): void {
    const { tenant, findings } = this.#options;
    const at = this.#count++;
    this.#lines?.set(leaf, at);
    const envelope = readEnvelope(line);
    this.#keep(at, envelope?.type ?? '', Date.parse(envelope?.time ?? ''));
    const place = { line: this.#count, leaf };
    if (envelope === undefined)
      findings.add(PART, 'entry-malformed', 'is not an envelope of format 1', place);
    else if (envelope.tenant !== tenant)
      findings.add(PART, 'entry-foreign', 'is an event of another tenant', place);
  }

  /** Of a leaf that the bundle holds. */
  factsOf(leaf: number): EventFacts | undefined {
    const at = this.#lines === undefined ? leaf - this.#from : this.#lines.get(leaf);
    if (at === undefined || at < 0 || at >= this.#count) return undefined;
    return { type: this.#typeNames[this.#types[at] ?? 0] ?? '', time: this.#times[at] ?? NaN };
  }

  #keep(at: number, type: string, time: number): void {
    if (at === this.#times.length) this.#grow();
    this.#times[at] = time;
    this.#types[at] = this.#numberOf(type);
  }

  #numberOf(type: string): number {
    const known = this.#typeNumbers.get(type);
    if (known !== undefined) return known;
    this.#typeNames.push(type);
    this.#typeNumbers.set(type, this.#typeNames.length - 1);
    return this.#typeNames.length - 1;
  }

  #grow(): void {
    const [times, types] = [this.#times, this.#types];
    this.#times = new Float64Array(2 * times.length);
    this.#times.set(times);
    this.#types = new Uint32Array(2 * types.length);
    this.#types.set(types);
  }
}

type LineCode = 'entry-malformed' | 'inclusion-malformed' | 'row-malformed';

/** Says what is wrong with a file that cannot be cut into lines. */
export const reportLineFault =
  (part: string, findings: Findings, code: LineCode = 'entry-malformed') =>
  ({ line, reason }: LineFault): void => {
    const message =
      reason === 'unended'
        ? 'the last line has no line feed: the file was cut off'
        : 'is longer than such a line can be; the rest was not read';
    findings.add(part, code, message, { line });
  };
