import type { Decider, StreamEvent } from '../decider.ts';
import { LetheError, unreachable } from '../errors.ts';
import type { LetheEvent } from '../events/catalogue.ts';

export interface Proposal {
  readonly contract: string;
  /** Id of the key that proposed. */
  readonly proposedBy: string;
  readonly status: 'proposed' | 'negotiated';
}

/** Proposals by id. */
export type TermsState = ReadonlyMap<string, Proposal>;

export interface ProposeTerms {
  readonly kind: 'propose';
  readonly proposal: string;
  readonly contract: string;
  /** Id of the key that proposes. */
  readonly by: string;
}

export interface ApproveTerms {
  readonly kind: 'approve';
  readonly proposal: string;
  /** Id of the key that approves. */
  readonly by: string;
}

export type TermsCommand = ProposeTerms | ApproveTerms;

function approve({ proposal, by }: ApproveTerms, state: TermsState): LetheEvent[] {
  const found = state.get(proposal);
  if (found === undefined) throw new LetheError('terms-not-found', 'there is no such proposal');
  if (found.status === 'negotiated') return [];
  // Promise 12: two people, so that nobody negotiates with himself.
  if (found.proposedBy === by) {
    throw new LetheError('own-approval', 'whoever proposed the terms cannot approve them');
  }
  const { contract, proposedBy } = found;
  return [{ type: 'terms.negotiated', data: { proposal, contract, proposedBy, approvedBy: by } }];
}

function decide(command: TermsCommand, state: TermsState): LetheEvent[] {
  switch (command.kind) {
    case 'propose': {
      const { proposal, contract, by } = command;
      return [{ type: 'terms.proposed', data: { proposal, contract, by } }];
    }
    case 'approve':
      return approve(command, state);
    default:
      return unreachable(command);
  }
}

function evolve(state: TermsState, event: StreamEvent): TermsState {
  switch (event.type) {
    case 'terms.proposed': {
      const { proposal, contract, by: proposedBy } = event.data;
      return new Map(state).set(proposal, { contract, proposedBy, status: 'proposed' });
    }
    case 'terms.negotiated': {
      const { proposal, contract, proposedBy } = event.data;
      return new Map(state).set(proposal, { contract, proposedBy, status: 'negotiated' });
    }
    default:
      return state;
  }
}

/** Stream `terms`. Approving again changes nothing. Throws `terms-not-found`, `own-approval`. */
export const termsDecider: Decider<TermsState, TermsCommand> = { initial: new Map(), decide, evolve };
