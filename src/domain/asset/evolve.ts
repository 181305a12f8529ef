import type { StreamEvent } from '../decider.ts';
import type { RetentionDates } from '../time/retention.ts';
import type { AssetState } from './asset.ts';

type CreatingEvent = StreamEvent<
  'upload.received' | 'generation.requested' | 'generation.completed' | 'generation.blocked'
>;

const stampOf = ({ data: { retention } }: CreatingEvent): RetentionDates | undefined =>
  retention && {
    windowEnds: new Date(retention.windowEnds),
    scheduledFor: new Date(retention.scheduledFor),
  };

const parentsOf = ({ data }: CreatingEvent): readonly string[] =>
  'parents' in data ? (data.parents ?? []) : [];

/** The first creating event starts the window; those that follow add what they know and never un-hide. */
function created(state: AssetState, event: CreatingEvent): AssetState {
  const retention = stampOf(event);
  if (state.status !== 'unknown') {
    const parents = [...new Set([...state.parents, ...parentsOf(event)])];
    return { ...state, parents, subject: state.subject ?? event.subject };
  }
  return {
    status: 'visible',
    createdAt: new Date(event.time),
    subject: event.subject,
    parents: parentsOf(event),
    retention,
    pii: state.pii,
    audiences: [],
    eraseAt: retention?.scheduledFor,
  };
}

/** `eraseAt` only ever moves earlier. */
const earliest = (known: Date | undefined, text: string): Date => {
  const said = new Date(text);
  return known !== undefined && known.getTime() < said.getTime() ? known : said;
};

function hidden(state: AssetState, { data, time }: StreamEvent<'asset.hidden'>): AssetState {
  if (state.status === 'unknown' || state.status === 'erased') return state;
  const eraseAt = earliest(state.eraseAt, data.eraseAt);
  if (state.status === 'hidden') return { ...state, eraseAt };
  const { request, cause } = data;
  return { ...state, status: 'hidden', hiddenAt: new Date(time), request, cause, eraseAt };
}

function erased(state: AssetState, { data }: StreamEvent<'asset.erased'>): AssetState {
  if (state.status === 'unknown' || state.status === 'erased') return state;
  const { createdAt, subject, parents, retention, pii, audiences } = state;
  return {
    ...{ createdAt, subject, parents, retention, pii, audiences },
    status: 'erased',
    erasedAt: new Date(data.erasedAt),
    eraseAt: new Date(data.eraseAt),
    request: data.request,
    cause: data.cause,
    keys: data.keys,
    certificate: undefined,
  };
}

export function evolveAsset(state: AssetState, event: StreamEvent): AssetState {
  switch (event.type) {
    case 'upload.received':
    case 'generation.requested':
    case 'generation.completed':
    case 'generation.blocked':
      return created(state, event);
    case 'pii.action-applied':
      return { ...state, pii: { action: event.data.action, since: new Date(event.time) } };
    case 'pii.cleared':
      return { ...state, pii: undefined };
    case 'asset.shared':
      return state.status === 'unknown'
        ? state
        : { ...state, audiences: [...new Set([...state.audiences, event.data.audience])] };
    case 'asset.hidden':
      return hidden(state, event);
    case 'asset.erased':
      return erased(state, event);
    case 'erasure.certified':
      return state.status === 'erased' ? { ...state, certificate: event.data.certificate } : state;
    default:
      return state;
  }
}
