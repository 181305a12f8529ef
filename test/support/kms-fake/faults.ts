import type { Operation } from './operations.ts';

/**
 * throttle: ThrottlingException · internal: 500 · cut: the connection is closed without an answer, nothing done · lost: the
 * work is done, then the connection is closed · hang: no answer until the caller gives up · deny: AccessDeniedException ·
 * slow: the answer comes `ms` later.
 */
export type Fault =
  | { readonly kind: 'throttle' | 'internal' | 'cut' | 'lost' | 'hang' | 'deny' }
  | { readonly kind: 'slow'; readonly ms: number };

interface Rule {
  readonly fault: Fault;
  readonly operations: readonly Operation[] | undefined;
  left: number;
}

/** What goes wrong, in order: the first rule that fits a request is used, as often as it says. */
export class FaultScript {
  #rules: Rule[] = [];

  /** `times` requests fail so, all that follow where absent; of these operations, any where absent. */
  add(
    fault: Fault,
    { operations, times = Infinity }: { operations?: readonly Operation[]; times?: number } = {},
  ): void {
    this.#rules.push({ fault, operations, left: times });
  }

  clear(): void {
    this.#rules = [];
  }

  next(operation: Operation): Fault | undefined {
    const rule = this.#rules.find(
      ({ operations, left }) => left > 0 && (operations?.includes(operation) ?? true),
    );
    if (rule !== undefined) rule.left -= 1;
    return rule?.fault;
  }
}
