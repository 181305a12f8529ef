import type { StreamEvent } from '../decider.ts';
import type { AccessFacts, AccessRequest, CaseLinks, CaseState, KnownCase } from './case.ts';

const opened = ({ data }: StreamEvent<'case.opened'>): CaseState => ({
  status: 'open',
  case: data.case,
  assignee: undefined,
  assets: new Set(),
  subjects: new Set(),
  requests: new Map(),
  entries: new Map(),
});

const linksOf = ({ assets, subjects }: CaseLinks): CaseLinks => ({ assets, subjects });

/** An entry is about everything that is linked when it is written, itself included. */
const withEntry = (state: KnownCase, entry: string): KnownCase => ({
  ...state,
  entries: new Map(state.entries).set(entry, linksOf(state)),
});

function linked(state: KnownCase, { data }: StreamEvent<'case.linked'>): KnownCase {
  const { assets = [], subjects = [], entry } = data;
  const after = {
    ...state,
    assets: new Set([...state.assets, ...assets]),
    subjects: new Set([...state.subjects, ...subjects]),
  };
  return entry === undefined ? after : withEntry(after, entry);
}

function withoutEntries(state: KnownCase, gone: readonly string[]): KnownCase {
  const entries = new Map(state.entries);
  for (const entry of gone) entries.delete(entry);
  return { ...state, entries };
}

const withRequest = (state: KnownCase, request: AccessRequest): KnownCase => ({
  ...state,
  requests: new Map(state.requests).set(request.request, request),
});

const factsOf = ({ request, asset, parts, reason, duration, by }: AccessFacts): AccessFacts => ({
  request,
  asset,
  parts,
  reason,
  duration,
  by,
});

function approved(state: KnownCase, { data }: StreamEvent<'access.approved'>): KnownCase {
  const found = state.requests.get(data.request);
  if (found === undefined) return state;
  const { approver, expiresAt } = data;
  return withRequest(state, {
    ...factsOf(found),
    ...{ status: 'approved', approver, expiresAt: new Date(expiresAt) },
  });
}

function closed(state: KnownCase, request: string): KnownCase {
  const found = state.requests.get(request);
  return found === undefined ? state : withRequest(state, { ...factsOf(found), status: 'closed' });
}

/** Every access ends with its case, and a case that is reopened starts without any. */
function decided(state: KnownCase): KnownCase {
  const requests = [...state.requests].map(
    ([id, found]) => [id, { ...factsOf(found), status: 'closed' }] as const,
  );
  return { ...state, status: 'decided', requests: new Map(requests) };
}

export function evolveCase(state: CaseState, event: StreamEvent): CaseState {
  if (event.type === 'case.opened') return state.status === 'unknown' ? opened(event) : state;
  if (state.status === 'unknown') return state;
  switch (event.type) {
    case 'case.assigned':
      return { ...state, assignee: event.data.assignee };
    case 'case.linked':
      return linked(state, event);
    case 'case.noted':
      return withEntry(state, event.data.note);
    case 'case.entries-expired':
      return withoutEntries(state, event.data.entries);
    case 'case.decided':
      return decided(state);
    case 'case.reopened':
      return { ...state, status: 'open' };
    case 'access.requested': {
      const { request, asset, parts, reason, duration, by } = event.data;
      return withRequest(state, { status: 'requested', request, asset, parts, reason, duration, by });
    }
    case 'access.approved':
      return approved(state, event);
    case 'access.closed':
      return closed(state, event.data.request);
    default:
      return state;
  }
}
