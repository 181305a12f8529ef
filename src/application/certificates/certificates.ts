import { LetheError } from '../../domain/errors.ts';
import {
  CERTIFICATE_FORMAT,
  RECEIPT_FORMAT,
  type ErasureCertificate,
  type ErasureReceipt,
} from '../../domain/certificate/schemas.ts';
import type { AssetErasure } from '../../domain/erasure/asset-erasure.ts';
import { residualCopies, type CopyPolicy } from '../../domain/erasure/residual-copies.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { EventLog } from '../../domain/ports/event-log.ts';
import { caughtUp } from '../caught-up.ts';
import type { ViewIndex } from '../ports.ts';
import type { LogProofs, SignedCheckpoint } from '../reports/log-proofs.ts';
import type { TenantInfo, Tenants } from '../tenants.ts';
import type { ErasureFacts, ErasureLedger } from './erasure-facts.ts';
import { horizonPosition } from './horizon-position.ts';
import { prove, readEvents, type Proven } from './proven.ts';
import { sanitizationOf } from './sanitization.ts';

/** Log positions that a document rests on, beside the document. */
export interface Certified<T> {
  readonly document: T;
  readonly positions: readonly number[];
}

export interface Certificates {
  /** Throws `deletion-request-not-found`; `owner`, where given, must be the user of the request. */
  receipt(tenant: string, request: string, owner?: string): Promise<Certified<ErasureReceipt>>;
  /** As above; `certificate-not-ready` until everything under the request is erased. */
  certificate(tenant: string, request: string, owner?: string): Promise<Certified<ErasureCertificate>>;
}

interface Deps {
  readonly ledger: ErasureLedger;
  readonly log: Pick<EventLog, 'head' | 'readAt' | 'readStream'>;
  readonly proofs: Pick<LogProofs, 'covering' | 'indexOf' | 'inclusion'>;
  readonly views: Pick<ViewIndex, 'reached'>;
  readonly tenants: Pick<Tenants, 'get'>;
  readonly clock: Clock;
  /** How long the service's surroundings keep what they were given. */
  readonly copies: CopyPolicy;
  /** Version of Lethe. */
  readonly version: string;
}

const COVERED_MS = 10_000;

export function createCertificates(deps: Deps): Certificates {
  const load = async (tenant: string, request: string, owner: string | undefined): Promise<Loaded> => {
    const info = await deps.tenants.get(tenant);
    await caughtUp(deps);
    const facts = await deps.ledger.facts(tenant, request);
    if (facts === undefined || (owner !== undefined && facts.subject !== owner)) {
      throw new LetheError('deletion-request-not-found', 'no such deletion request');
    }
    return { info, facts };
  };

  const evidenceOf = async (tenant: string, facts: ErasureFacts): Promise<Evidence> => {
    const horizon = facts.horizonAt && (await horizonPosition(deps.log, tenant, facts.horizonAt));
    const events = await readEvents(deps.log, tenant, [...positionsOf(facts), horizon]);
    const checkpoint = await deps.proofs.covering(tenant, events.at(-1)?.position ?? 0, COVERED_MS);
    return { checkpoint, proven: await prove(deps.proofs, tenant, events, checkpoint.size) };
  };

  return {
    receipt: async (tenant, request, owner) => {
      const loaded = await load(tenant, request, owner);
      const evidence = await evidenceOf(tenant, loaded.facts);
      return certified(
        { format: RECEIPT_FORMAT, ...receiptOf(loaded, evidence, deps.clock.now()) },
        evidence,
      );
    },
    certificate: async (tenant, request, owner) => {
      const loaded = await load(tenant, request, owner);
      const { erasedAt, certificate } = loaded.facts;
      if (erasedAt === null) {
        throw new LetheError('certificate-not-ready', 'not everything under the request is erased yet', {
          details: { state: loaded.facts.state, eraseBy: loaded.facts.eraseAt?.toISOString() ?? null },
        });
      }
      const evidence = await evidenceOf(tenant, loaded.facts);
      const document = certificateOf(deps, loaded, evidence, { erasedAt, id: certificate ?? request });
      return certified({ format: CERTIFICATE_FORMAT, ...document }, evidence);
    },
  };
}

interface Loaded {
  readonly info: TenantInfo;
  readonly facts: ErasureFacts;
}

interface Evidence {
  readonly checkpoint: SignedCheckpoint;
  readonly proven: readonly Proven[];
}

const certified = <T>(document: T, { proven }: Evidence): Certified<T> => ({
  document,
  positions: proven.map(({ position }) => position),
});

const positionsOf = ({ position, erasedPosition, assets }: ErasureFacts): (number | null)[] => [
  position,
  erasedPosition,
  ...assets.flatMap(asset => [asset.hiddenPosition, asset.erasedPosition, asset.certifiedPosition]),
];

const text = (date: Date | null): string | null => date?.toISOString() ?? null;

function commonOf({ info, facts }: Loaded, { checkpoint, proven }: Evidence, now: Date) {
  return {
    tenant: info.tenant,
    organisation: info.name,
    region: info.region,
    issuedAt: now.toISOString(),
    request: facts.request,
    scope: facts.scope,
    subject: facts.subject,
    cause: facts.cause,
    requestedAt: facts.requestedAt.toISOString(),
    hiddenAt: text(facts.hiddenAt),
    evidence: proven.map(({ envelope, index, proof }) => ({ envelope, index, proof })),
    checkpoint: checkpoint.note,
  };
}

const receiptOf = (loaded: Loaded, evidence: Evidence, now: Date): Omit<ErasureReceipt, 'format'> => ({
  ...commonOf(loaded, evidence, now),
  state: loaded.facts.state,
  eraseBy: text(loaded.facts.eraseAt),
  remains: loaded.facts.assets.map(asset => ({
    asset: asset.asset,
    ground: asset.held ? 'legal-hold' : (asset.basis ?? 'none'),
    eraseBy: text(asset.eraseAt),
    erasedAt: text(asset.erasedAt),
  })),
});

function certificateOf(
  { clock, copies, version }: Deps,
  loaded: Loaded,
  evidence: Evidence,
  { erasedAt, id }: { readonly erasedAt: Date; readonly id: string },
): Omit<ErasureCertificate, 'format'> {
  const { info, facts } = loaded;
  const { horizonAt } = facts;
  const stores = residualCopies({ erasedAt, horizonAt, policy: copies });
  return {
    certificate: id,
    ...commonOf(loaded, evidence, clock.now()),
    erasedAt: erasedAt.toISOString(),
    beyondBackupAt: text(horizonAt),
    erased: [...assetsErased(facts.assets, evidence.proven), ...profileErased(facts, evidence.proven)],
    sanitization: sanitizationOf({ facts, region: info.region, erasedAt, version }),
    stores: stores.map(store => ({ ...store, until: text(store.until) })),
    recipients: info.policyAt(facts.requestedAt).policy.subprocessors.map(({ name, region }) => ({
      name,
      region: region ?? null,
      toldAt: null,
    })),
  };
}

const leafAt = (proven: readonly Proven[], position: number | null): number =>
  proven.find(event => event.position === position)?.index ?? 0;

const assetsErased = (
  assets: readonly AssetErasure[],
  proven: readonly Proven[],
): ErasureCertificate['erased'] =>
  assets.flatMap(({ asset, keys, epoch, erasedAt, certificate, erasedPosition }) =>
    erasedAt === null
      ? []
      : [
          {
            asset,
            keys: [...(keys ?? [])],
            epoch,
            erasedAt: erasedAt.toISOString(),
            certificate,
            logIndex: leafAt(proven, erasedPosition),
          },
        ],
  );

/** An account's own key protects the profile and the directory entry; its event says which it was. */
function profileErased(
  { scope, erasedPosition, certificate }: ErasureFacts,
  proven: readonly Proven[],
): ErasureCertificate['erased'] {
  const found = proven.find(({ position }) => position === erasedPosition);
  if (scope !== 'account' || found === undefined) return [];
  const { data } = JSON.parse(found.envelope) as {
    data: { keys: string[]; erasedAt: string; epoch?: number };
  };
  const { keys, erasedAt, epoch = null } = data;
  return [{ asset: null, keys, epoch, erasedAt, certificate, logIndex: found.index }];
}
