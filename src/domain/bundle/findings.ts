/** What is looked at, in the order in which a reader is told. */
export type CheckName =
  'files' | 'signature' | 'checkpoint' | 'witnesses' | 'events' | 'older-checkpoints' | 'document' | 'rows';

/** Every code that a finding can have, and the check that it fails. docs/verifying.md explains each. */
export const CHECK_OF = {
  'unaccounted-bytes': 'files',
  'file-unlisted': 'files',
  'file-missing': 'files',
  'file-doubled': 'files',
  'file-listed-twice': 'files',
  'file-order-differs': 'files',
  'file-unreadable': 'files',
  'size-differs': 'files',
  'hash-differs': 'files',
  'manifest-missing': 'signature',
  'manifest-invalid': 'signature',
  'manifest-not-canonical': 'signature',
  'manifest-signature-invalid': 'signature',
  'tenant-differs': 'signature',
  'checkpoint-invalid': 'checkpoint',
  'checkpoint-differs': 'checkpoint',
  'witness-quorum-missing': 'witnesses',
  'mode-differs': 'events',
  'entry-malformed': 'events',
  'entry-foreign': 'events',
  'entry-count-differs': 'events',
  'range-proof-invalid': 'events',
  'root-differs': 'events',
  'inclusion-malformed': 'events',
  'inclusion-out-of-order': 'events',
  'inclusion-count-differs': 'events',
  'inclusion-proof-invalid': 'events',
  'history-rewritten': 'older-checkpoints',
  'older-checkpoint-uncheckable': 'older-checkpoints',
  'consistency-proof-invalid': 'older-checkpoints',
  'document-invalid': 'document',
  'evidence-unproven': 'document',
  'claim-unproven': 'document',
  'claim-differs': 'document',
  'row-malformed': 'rows',
  'row-unproven': 'rows',
  'row-differs': 'rows',
} as const satisfies Readonly<Record<string, CheckName>>;
export type FindingCode = keyof typeof CHECK_OF;

/** One thing that is wrong, in words: what, and where. */
export interface Finding {
  /** The file of the bundle, or `zip` for the container. */
  readonly part: string;
  readonly code: FindingCode;
  readonly message: string;
  /** 1-based. */
  readonly line?: number;
  /** 0-based, in the tenant's log. */
  readonly leaf?: number;
}

export type Place = Pick<Finding, 'line' | 'leaf'>;

/** A million bad lines are one fault, told by its first instances. */
const OF_A_KIND = 20;

/** Gathers everything that is wrong; of one code in one part the first few, and how many more there were. */
export class Findings {
  readonly #groups = new Map<string, { readonly first: Finding[]; more: number }>();

  add(part: string, code: FindingCode, message: string, place: Place = {}): void {
    const key = `${part}\n${code}`;
    const group = this.#groups.get(key) ?? { first: [], more: 0 };
    this.#groups.set(key, group);
    if (group.first.length < OF_A_KIND) group.first.push({ part, code, message, ...place });
    else group.more++;
  }

  hasFailed(check: CheckName): boolean {
    return [...this.#groups.values()].some(
      ({ first: [one] }) => one !== undefined && CHECK_OF[one.code] === check,
    );
  }

  list(): Finding[] {
    return [...this.#groups.values()].flatMap(({ first, more }) => {
      const [one] = first;
      if (one === undefined || more === 0) return first;
      const { part, code } = one;
      return [...first, { part, code, message: `${more} more of the same kind` }];
    });
  }
}
