import { LetheError, unreachable } from '../errors.ts';
import type { LetheEvent } from '../events/catalogue.ts';
import { LIMITS } from '../limits.ts';
import { approveAccess, closeAccess, requestAccess, reveal } from './access.ts';
import type {
  CaseCommand,
  CaseState,
  DecideCase,
  ExpireEntries,
  KnownCase,
  LinkToCase,
  OpenCase,
  OpenTheCase,
} from './case.ts';

function known(state: CaseState): KnownCase {
  if (state.status === 'unknown') throw new LetheError('case-not-found', 'there is no such case');
  return state;
}

function open(state: CaseState): OpenCase {
  const found = known(state);
  if (found.status === 'decided') throw new LetheError('case-closed', 'the case is decided; reopen it first');
  return found;
}

/** The same signal again opens no second case. */
const openCase = ({ opened }: OpenTheCase, state: CaseState): LetheEvent[] =>
  state.status === 'unknown' ? [{ type: 'case.opened', data: opened }] : [];

/** What is linked already is left out; nothing new is no event. */
function link({ subjects = [], assets = [], entry }: LinkToCase, state: OpenCase): LetheEvent[] {
  const fresh = {
    subjects: [...new Set(subjects)].filter(subject => !state.subjects.has(subject)),
    assets: [...new Set(assets)].filter(asset => !state.assets.has(asset)),
  };
  if (
    state.assets.size + fresh.assets.length > LIMITS.caseAssets ||
    state.subjects.size + fresh.subjects.length > LIMITS.caseSubjects
  ) {
    throw new LetheError(
      'case-full',
      `a case links ${LIMITS.caseAssets} assets and ${LIMITS.caseSubjects} users`,
    );
  }
  const data = {
    case: state.case,
    ...(fresh.subjects.length > 0 && { subjects: fresh.subjects }),
    ...(fresh.assets.length > 0 && { assets: fresh.assets }),
    ...(entry !== undefined && { entry }),
  };
  return Object.keys(data).length > 1 ? [{ type: 'case.linked', data }] : [];
}

const RESTRICTS: ReadonlySet<string> = new Set(['limit', 'block']);

/** DSA Art. 17: whatever is done has a ground, and who it is done to is named. */
function decide({ verdict }: DecideCase, state: OpenCase): LetheEvent[] {
  const { decision, ground } = verdict;
  if (decision !== 'no-action' && ground === undefined) {
    throw new LetheError('ground-missing', 'a decision other than no action says on which ground');
  }
  if (RESTRICTS.has(decision) && state.subjects.size === 0) {
    throw new LetheError(
      'decision-without-subject',
      'the case links nobody whom the decision could be about',
    );
  }
  return [{ type: 'case.decided', data: { case: state.case, ...verdict } }];
}

function reopen(state: KnownCase): LetheEvent[] {
  if (state.status === 'open') throw new LetheError('case-open', 'the case is open');
  return [{ type: 'case.reopened', data: { case: state.case } }];
}

function expire({ entries, keys, erasedAt }: ExpireEntries, state: KnownCase): LetheEvent[] {
  const left = entries.filter(entry => state.entries.has(entry));
  if (left.length === 0) return [];
  const data = { case: state.case, entries: left, keys: [...keys], erasedAt: erasedAt.toISOString() };
  return [{ type: 'case.entries-expired', data }];
}

export function decideCase(command: CaseCommand, state: CaseState): LetheEvent[] {
  switch (command.kind) {
    case 'open':
      return openCase(command, state);
    case 'assign': {
      const { case: id, assignee } = open(state);
      if (assignee === command.assignee) return [];
      return [{ type: 'case.assigned', data: { case: id, assignee: command.assignee } }];
    }
    case 'link':
      return link(command, open(state));
    case 'note':
      return [{ type: 'case.noted', data: { case: open(state).case, note: command.note } }];
    case 'decide':
      return decide(command, open(state));
    case 'reopen':
      return reopen(known(state));
    case 'expire-entries':
      return expire(command, known(state));
    case 'request-access':
      return requestAccess(command, open(state));
    case 'approve-access':
      return approveAccess(command, open(state));
    case 'close-access':
      return closeAccess(command, open(state));
    case 'reveal':
      return reveal(command, open(state));
    default:
      return unreachable(command);
  }
}
