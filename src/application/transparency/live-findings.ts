import type { Buffer } from 'node:buffer';
import { leafHash } from '../../domain/merkle/hash.ts';
import type { StoredEvent } from '../../domain/ports/event-log.ts';

/** Bad positions that are told one by one; beyond it only counted. */
const TOLD = 10_000;

export type LiveFaultKind = 'changed' | 'deleted' | 'inserted' | 'reordered' | 'sealed-changed' | 'tree';

export interface LiveFault {
  readonly kind: LiveFaultKind;
  /** Log position; undefined where the fault is of the tree as a whole. */
  readonly position?: number;
  /** What is wrong, in words. */
  readonly message: string;
}

export interface Leaf {
  readonly position: number;
  readonly hash: Buffer;
}

/** What was found, with what is needed to tell a changed row from two that changed places. */
export class Findings {
  readonly #faults: LiveFault[] = [];
  #count = 0;
  /** Leaf hash that belongs at a bad position, and what is there instead. */
  readonly #belongs = new Map<string, number>();
  readonly #found = new Map<number, string>();

  add(fault: LiveFault): void {
    this.#count++;
    if (this.#faults.length < TOLD) this.#faults.push(fault);
  }

  missing({ position }: Leaf): void {
    this.add({
      kind: 'deleted',
      position,
      message: `the event at position ${position} was deleted, or given to another tenant`,
    });
  }

  unexpected({ position }: StoredEvent): void {
    this.add({
      kind: 'inserted',
      position,
      message: `the event at position ${position} was inserted later: the tree has none there`,
    });
  }

  compare(leaf: Leaf, event: StoredEvent, rowFault: (event: StoredEvent) => LiveFault | undefined): void {
    const found = leafHash(event.envelope);
    if (found.equals(leaf.hash)) {
      const fault = rowFault(event);
      if (fault !== undefined) this.add(fault);
      return;
    }
    this.#belongs.set(leaf.hash.toString('hex'), leaf.position);
    this.#found.set(leaf.position, found.toString('hex'));
    this.add({
      kind: 'changed',
      position: leaf.position,
      message: `the envelope at position ${leaf.position} was changed`,
    });
  }

  told(): { readonly faults: readonly LiveFault[]; readonly faultCount: number } {
    return { faults: this.#faults.map(fault => this.#explained(fault)), faultCount: this.#count };
  }

  /** A changed envelope that belongs at another bad position was moved from there. */
  #explained(fault: LiveFault): LiveFault {
    const { kind, position } = fault;
    const origin = position === undefined ? undefined : this.#belongs.get(this.#found.get(position) ?? '');
    if (kind !== 'changed' || position === undefined || origin === undefined) return fault;
    const message = `the event at position ${position} was reordered: it is the one that belongs at ${origin}`;
    return { kind: 'reordered', position, message };
  }
}
