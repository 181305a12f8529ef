import { createHash, type KeyObject } from 'node:crypto';
import { noteOf, noteSigner, newKey, type NoteSigner } from './note-signer.ts';
import { slowConsistency, slowInclusion, slowLeaf, slowRange, slowRoot } from './slow-tree.ts';

export const TENANT = '0197f0aa-0000-7000-8000-000000000001';
export const OTHER_TENANT = '0197f0aa-0000-7000-8000-000000000002';

export interface EnvelopeFacts {
  readonly type: string;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly asset?: string;
  readonly subject?: string;
}

/** A stored envelope as the service writes them, the n-th of the tenant's log. */
export function envelope(n: number, { type, data = {}, ...about }: EnvelopeFacts, tenant = TENANT): Buffer {
  const time = new Date(Date.UTC(2026, 2, 1) + n * 1_000).toISOString();
  const serial = n.toString(16).padStart(12, '0');
  const fields = {
    format: 1,
    tenant,
    id: `0197f0aa-1111-7000-8000-${serial}`,
    source: 'platform/test',
    sourceId: `event-${n}`,
    type,
    version: 1,
    time,
    recorded: time,
    stream: `asset/${about.asset ?? 'asset'}`,
    ...about,
    actor: { kind: 'api-client', id: 'key-1', role: 'ingest' },
    policy: 1,
    region: 'eu-central',
    data,
    sealed: {
      algorithm: 'HKDF-SHA256+A256GCM+commit',
      key: `0197f0aa-2222-7000-8000-${serial}`,
      epoch: 0,
      parts: ['content', 'network'],
      bytes: 512,
      hash: createHash('sha256').update(serial).digest('base64url'),
    },
  };
  return Buffer.from(JSON.stringify(fields));
}

/** The log of a tenant in memory, with its key: everything by the slow reference. */
export class TestLog {
  readonly tenant: string;
  readonly signer: NoteSigner;
  readonly envelopes: readonly Buffer[];
  readonly #leaves: readonly Buffer[];

  constructor(envelopes: readonly Buffer[], { tenant = TENANT, key = newKey() }: TestLogOptions = {}) {
    this.tenant = tenant;
    this.envelopes = envelopes;
    this.signer = noteSigner(`lethe.test/${tenant}`, key);
    this.#leaves = envelopes.map(slowLeaf);
  }

  /** A log of everyday events. */
  static of(size: number, options: TestLogOptions = {}): TestLog {
    const events = Array.from({ length: size }, (_, n) =>
      envelope(n, { type: 'upload.received', asset: `asset-${n}` }, options.tenant),
    );
    return new TestLog(events, options);
  }

  get size(): number {
    return this.envelopes.length;
  }

  leaf(index: number): Buffer {
    const leaf = this.#leaves[index];
    if (leaf === undefined) throw new RangeError(`the log has no leaf ${index}`);
    return leaf;
  }

  root(size = this.size): Buffer {
    return slowRoot(this.#leaves.slice(0, size));
  }

  checkpointText(size = this.size): string {
    return `${this.signer.name}\n${size}\n${this.root(size).toString('base64')}\n`;
  }

  checkpoint(size = this.size, ...witnesses: readonly NoteSigner[]): string {
    return noteOf(this.checkpointText(size), this.signer, ...witnesses);
  }

  inclusion(index: number, size = this.size): string[] {
    return base64(slowInclusion(index, this.#leaves.slice(0, size)));
  }

  consistency(from: number, size = this.size): string[] {
    return from === 0 ? [] : base64(slowConsistency(from, this.#leaves.slice(0, size)));
  }

  range(from: number, to: number, size = this.size): { left: string[]; right: string[] } {
    const { left, right } = slowRange(from, to, this.#leaves.slice(0, size));
    return { left: base64(left), right: base64(right) };
  }
}

interface TestLogOptions {
  readonly tenant?: string;
  readonly key?: KeyObject;
}

const base64 = (hashes: readonly Buffer[]): string[] => hashes.map(hash => hash.toString('base64'));
