import { assetDecider, type AssetCommand, type AssetState } from '../../../src/domain/asset/asset.ts';
import type { LetheEvent } from '../../../src/domain/events/catalogue.ts';
import { resolvePolicy } from '../../../src/domain/policy/packs.ts';
import type { Policy } from '../../../src/domain/policy/policy.ts';
import { holdsOver } from '../../../src/domain/preservation/coverage.ts';
import {
  preservationDecider,
  type PreservationCommand,
  type PreservationState,
} from '../../../src/domain/preservation/preservation.ts';
import { tenantDecider, type TenantState } from '../../../src/domain/tenant/tenant.ts';
import { effectiveEraseAt, erasureTime, isDue, retentionDates } from '../../../src/domain/time/retention.ts';
import { at, id } from '../given.ts';

const ASSET = 'a-1';
const SUBJECT = id(100);

/** One asset, its tenant and its holds, under two clocks: what a service does with the deciders, without the service. */
export class World {
  asset: AssetState = assetDecider.initial;
  holds: PreservationState = preservationDecider.initial;
  tenant: TenantState = tenantDecider.initial;
  /** The log's own time: it only goes forward. */
  logNow: Date;
  /** How far the service's clock is off, milliseconds. */
  skew = 0;
  readonly dates: { windowEnds: Date; scheduledFor: Date };
  #ids = 0;

  constructor(createdAt: Date, policy: Policy) {
    this.logNow = createdAt;
    this.dates = retentionDates(createdAt, policy);
    const { windowEnds, scheduledFor } = this.dates;
    this.tenant = this.#fold(tenantDecider, this.tenant, [
      { type: 'tenant.registered', data: { name: 'Example', region: 'eu-central' } },
      { type: 'policy.adopted', data: { version: 1, policy } },
    ]);
    const retention = { windowEnds: windowEnds.toISOString(), scheduledFor: scheduledFor.toISOString() };
    this.asset = this.#fold(assetDecider, this.asset, [{ type: 'upload.received', data: { retention } }]);
  }

  get clockNow(): Date {
    return new Date(this.logNow.getTime() + this.skew);
  }

  get time(): Date {
    return erasureTime(this.clockNow, this.logNow);
  }

  get held(): boolean {
    return this.#covering().length > 0;
  }

  get eraseAt(): Date {
    if (this.asset.status === 'unknown' || this.asset.eraseAt === undefined) throw new Error('no date');
    return this.asset.eraseAt;
  }

  /** Milliseconds; Infinity while a hold has no end. */
  get effectiveEraseAt(): number {
    return effectiveEraseAt({ eraseAt: this.eraseAt, holds: this.#covering() })?.getTime() ?? Infinity;
  }

  request(): void {
    this.#onAsset({ kind: 'request-deletion', request: this.#id(), cause: 'user', at: this.clockNow });
  }

  hold(bySubject: boolean, lastsMs: number | undefined): void {
    const scope = bySubject ? { subject: SUBJECT } : { assets: [ASSET] };
    const expiresAt = lastsMs === undefined ? {} : { expiresAt: this.#after(lastsMs) };
    const order = {
      hold: this.#id(),
      kind: 'litigation',
      authority: 'court:1',
      ground: 'law',
      scope,
      requestedBy: 'dpo',
    } as const;
    this.#onHolds({ kind: 'request-hold', order: { ...order, ...expiresAt }, at: this.clockNow });
    const { hold } = order;
    this.#onHolds({ kind: 'approve-hold', hold, by: 'admin', at: this.clockNow });
  }

  releaseAll(): void {
    for (const hold of this.holds.holds.keys()) this.#onHolds({ kind: 'release-hold', hold });
  }

  adopt(minRetention: string, maxRetention: string): void {
    const policy = resolvePolicy({ pack: 'neuralseek', minRetention, maxRetention });
    const events = tenantDecider.decide({ kind: 'adopt-policy', policy, at: this.clockNow }, this.tenant);
    this.tenant = this.#fold(tenantDecider, this.tenant, events);
  }

  pass(ms: number): void {
    this.logNow = new Date(this.logNow.getTime() + ms);
  }

  /** What the eraser does each time that it looks. */
  sweep(): void {
    this.#onHolds({ kind: 'expire-holds', at: this.time });
    const { eraseAt, held, clockNow, logNow } = this;
    if (this.asset.status === 'erased' || !isDue({ eraseAt, held, clockNow, logNow })) return;
    const batch = this.#id();
    const candidate = {
      asset: ASSET,
      subject: SUBJECT,
      eraseAt: eraseAt.toISOString(),
      cause: 'schedule',
    } as const;
    this.#onHolds({ kind: 'start-erasure', batch, candidates: [candidate], at: this.time });
    if (!this.holds.batches.has(batch)) return;
    this.#onAsset({ kind: 'erase', batch, keys: [], at: this.time });
    this.#onHolds({ kind: 'complete-erasure', batch, erased: 1 });
  }

  #covering() {
    return holdsOver(this.holds, { asset: ASSET, subject: SUBJECT }, this.time);
  }

  #onAsset(command: AssetCommand): void {
    this.asset = this.#fold(assetDecider, this.asset, assetDecider.decide(command, this.asset));
  }

  #onHolds(command: PreservationCommand): void {
    this.holds = this.#fold(preservationDecider, this.holds, preservationDecider.decide(command, this.holds));
  }

  #fold<State>(
    decider: { evolve(state: State, event: ReturnType<typeof at>): State },
    state: State,
    events: readonly LetheEvent[],
  ): State {
    return events.reduce((before, event) => decider.evolve(before, at(this.clockNow, event, SUBJECT)), state);
  }

  #after = (ms: number): string => new Date(this.clockNow.getTime() + ms).toISOString();
  #id = (): string => id(++this.#ids);
}
