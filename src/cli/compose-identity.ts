import type { AuthenticatorDeps } from '../api/auth.ts';
import type { Services } from '../api/services.ts';
import { createKeyUses } from '../application/key-uses.ts';
import type { Refusals } from '../application/refusals.ts';
import type { OnRefused } from '../domain/ports/credentials.ts';
import type { OidcConfig } from '../platform/oidc/oidc-config.ts';
import { createTokenVerifier } from '../platform/oidc/verifier.ts';
import { createKeyUseRecorder } from '../workers/key-use-recorder.ts';
import type { Worker } from '../workers/loop.ts';
import { systemClock } from './compose.ts';
import type { Foundation } from './foundation.ts';

const MINUTELY_MS = 60_000;

/** How callers are known: API keys, and access tokens where issuers are configured. */
export interface Identity {
  readonly authentication: AuthenticatorDeps;
  /** Stores when keys were of use in this process. */
  readonly recorder: Worker;
}

export function composeIdentity(
  { config, logger, metrics, stores }: Foundation,
  { services, refusals }: { readonly services: Pick<Services, 'directory'>; readonly refusals: Refusals },
): Identity {
  const uses = createKeyUses({ store: stores.credentials, clock: systemClock });
  const onError = (error: unknown): void =>
    logger.warn({ err: error }, 'last use of keys not stored, tries again');
  const onRefused: OnRefused = ({ code, tenant }) => {
    metrics.refusedCredentials.inc({ code });
    if (tenant !== undefined) refusals.count(tenant, code);
  };
  return {
    authentication: {
      ...{ credentials: stores.credentials, clock: systemClock, onRefused },
      onKeyUsed: id => uses.note(id),
      tokens: tokensOf(config.oidc, onRefused, services.directory),
    },
    recorder: createKeyUseRecorder({ uses, idleMs: MINUTELY_MS, onError }),
  };
}

function tokensOf(
  oidc: OidcConfig | undefined,
  onRefused: OnRefused,
  directory: Services['directory'],
): AuthenticatorDeps['tokens'] {
  if (oidc === undefined) return undefined;
  const elapsed = (): number => performance.now();
  return { directory, verifier: createTokenVerifier(oidc, { clock: systemClock, elapsed, onRefused }) };
}
