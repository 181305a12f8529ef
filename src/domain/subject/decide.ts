import { LetheError, unreachable } from '../errors.ts';
import type { LetheEvent } from '../events/catalogue.ts';
import type { EraseAccount, RequestAccountDeletion, SubjectCommand, SubjectState } from './subject.ts';

/** The profile goes last: while an asset is left, its record still needs an owner (promise 29). */
function eraseAccount(command: EraseAccount, state: SubjectState): LetheEvent[] {
  const { assetsLeft, held, keys, certificate, at } = command;
  if (state.status === 'erased') return [];
  if (state.status === 'active') {
    throw new LetheError('account-deletion-not-requested', 'nobody asked for the account to be deleted');
  }
  if (held) throw new LetheError('account-held', 'a legal hold preserves the account');
  if (assetsLeft > 0) {
    throw new LetheError('account-has-assets', `${assetsLeft} assets of the account are not erased yet`, {
      details: { assetsLeft },
    });
  }
  const { request } = state;
  return [
    {
      type: 'account.erased',
      data: { request, keys: [...keys], erasedAt: at.toISOString(), certificate },
    },
  ];
}

function requestDeletion({ request, cause }: RequestAccountDeletion, state: SubjectState): LetheEvent[] {
  switch (state.status) {
    case 'active':
      return [{ type: 'account.deletion-requested', data: { request, cause } }];
    case 'deletion-requested':
      return [];
    case 'erased':
      throw new LetheError('account-deleted', 'the account is erased already');
    default:
      return unreachable(state);
  }
}

export function decideSubject(command: SubjectCommand, state: SubjectState): LetheEvent[] {
  switch (command.kind) {
    case 'request-account-deletion':
      return requestDeletion(command, state);
    case 'erase-account':
      return eraseAccount(command, state);
    default:
      return unreachable(command);
  }
}
