import { LetheError } from '../errors.ts';
import type { LetheEvent } from '../events/catalogue.ts';
import { addDuration } from '../time/duration.ts';
import type {
  AccessGrant,
  AccessRequest,
  ApproveAccess,
  CloseAccess,
  OpenCase,
  RequestAccess,
  Reveal,
} from './case.ts';

function requestOf(state: OpenCase, request: string): AccessRequest {
  const found = state.requests.get(request);
  if (found === undefined) {
    throw new LetheError('access-request-not-found', 'the case has no such access request');
  }
  return found;
}

/** One asset a request: nothing is opened in bulk. */
export function requestAccess({ wanted }: RequestAccess, state: OpenCase): LetheEvent[] {
  if (!state.assets.has(wanted.asset)) {
    throw new LetheError('asset-not-linked', 'the case does not link the asset');
  }
  return [{ type: 'access.requested', data: { case: state.case, ...wanted } }];
}

/** Promise 25: somebody else approves, once. The time counts from here. */
export function approveAccess({ request, by, at }: ApproveAccess, state: OpenCase): LetheEvent[] {
  const found = requestOf(state, request);
  if (found.by === by) throw new LetheError('own-approval', 'whoever asks for access cannot approve it');
  if (found.status !== 'requested') {
    throw new LetheError('access-not-pending', 'the request is approved or closed already');
  }
  const expiresAt = addDuration(at, found.duration).toISOString();
  return [{ type: 'access.approved', data: { case: state.case, request, approver: by, expiresAt } }];
}

export function closeAccess({ request }: CloseAccess, state: OpenCase): LetheEvent[] {
  const found = requestOf(state, request);
  if (found.status === 'closed') return [];
  const cause = found.status === 'requested' ? 'declined' : 'returned';
  return [{ type: 'access.closed', data: { case: state.case, request, cause } }];
}

/** The grant under which `by` may open now, or the reason why there is none. */
export function grantFor({ request, by, at }: Omit<Reveal, 'kind'>, state: OpenCase): AccessGrant {
  const found = requestOf(state, request);
  if (found.by !== by) throw new LetheError('access-of-another', 'the access was granted to somebody else');
  switch (found.status) {
    case 'requested':
      throw new LetheError('access-not-approved', 'nobody has approved the access');
    case 'closed':
      throw new LetheError('access-ended', 'the access was declined, given back, or ended with its case');
    case 'approved':
      if (found.expiresAt.getTime() <= at.getTime()) {
        throw new LetheError('access-expired', 'the time of the access is over');
      }
      return found;
  }
}

/** What has to be in the log before anything opens. */
export function reveal(command: Reveal, state: OpenCase): LetheEvent[] {
  const { request, asset, parts, reason, approver, expiresAt } = grantFor(command, state);
  const until = expiresAt.toISOString();
  const what = { case: state.case, request, asset, parts: [...parts], reason };
  return [{ type: 'access.revealed', data: { ...what, purpose: 'safety', approver, expiresAt: until } }];
}
