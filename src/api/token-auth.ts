import type { Directory } from '../application/directory.ts';
import { LetheError } from '../domain/errors.ts';
import type { TokenCaller, TokenVerifier } from '../domain/ports/token-verifier.ts';
import type { Principal } from './principal.ts';

/** What access tokens need: somebody who verifies them, and who finds the user that one of role `subject` names. */
export interface TokenWay {
  readonly verifier: TokenVerifier;
  readonly directory: Pick<Directory, 'find'>;
}

/** Checks access tokens. Nothing of them is kept: each request shows its own. */
export function createTokenAuthenticator({ verifier, directory }: TokenWay) {
  return async (token: string): Promise<Principal> => {
    const caller = await verifier.verify(token);
    const { actor, role, tenant } = caller;
    return { credential: actor, role, tenant, subject: await subjectOf(caller, directory) };
  };
}

/** Whoever signs in without having used the platform leaves no trace: a user is found here, and never made. */
async function subjectOf(
  { tenant, user }: TokenCaller,
  directory: TokenWay['directory'],
): Promise<string | null> {
  if (user === null || tenant === null) return null;
  const subject = await directory.find(tenant, user);
  if (subject === undefined) throw new LetheError('subject-not-found', 'no such user');
  return subject;
}
