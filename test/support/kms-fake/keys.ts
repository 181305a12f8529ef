import { randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from '../../../src/domain/ports/clock.ts';
import { KmsRefusal } from './refusal.ts';

export interface FakeKey {
  readonly arn: string;
  readonly keyId: string;
  readonly createdAt: Date;
  readonly material: Buffer;
  readonly tags: Readonly<Record<string, string>>;
  readonly policy: string | undefined;
  enabled: boolean;
  deletionDate: Date | undefined;
}

export interface NewFakeKey {
  readonly region: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly policy: string | undefined;
}

export const ACCOUNT = '111122223333';

/**
 * Keys and aliases of one account. A key whose date has come is gone by itself, and its aliases with it. What is new is not
 * found by the first `unseen` requests that ask for it, as where a change has not reached every host yet.
 */
export class FakeKeys {
  readonly #clock: Clock;
  readonly #keys = new Map<string, FakeKey>();
  readonly #aliases = new Map<string, string>();
  readonly #unseen = new Map<string, number>();
  unseen = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  create({ region, tags, policy }: NewFakeKey): FakeKey {
    const keyId = randomUUID();
    const arn = `arn:aws:kms:${region}:${ACCOUNT}:key/${keyId}`;
    const created = { arn, keyId, createdAt: this.#clock.now(), material: randomBytes(32), tags, policy };
    const key = { ...created, enabled: true, deletionDate: undefined };
    this.#keys.set(arn, key);
    this.#unseen.set(arn, this.unseen);
    return key;
  }

  /** Those that are not gone. */
  all(region: string): FakeKey[] {
    this.#sweep();
    return [...this.#keys.values()].filter(({ arn }) => arn.split(':')[3] === region);
  }

  /** By id, ARN or alias. */
  find(region: string, name: string): FakeKey {
    this.#sweep();
    const arn = name.startsWith('alias/') ? this.#target(region, name) : arnOf(region, name);
    const key = this.#keys.get(arn);
    if (key === undefined || arn.split(':')[3] !== region || this.#isUnseen(arn))
      throw new KmsRefusal('NotFoundException', `Key '${arn}' does not exist`);
    return key;
  }

  name(region: string, alias: string, key: FakeKey): void {
    if (this.#aliases.has(`${region} ${alias}`)) throw new KmsRefusal('AlreadyExistsException', alias);
    this.#aliases.set(`${region} ${alias}`, key.arn);
    this.#unseen.set(`${region} ${alias}`, this.unseen);
  }

  requireAlias(region: string, alias: string): void {
    if (!this.#aliases.has(`${region} ${alias}`)) throw new KmsRefusal('NotFoundException', alias);
  }

  rename(region: string, alias: string, key: FakeKey): void {
    this.#aliases.set(`${region} ${alias}`, key.arn);
  }

  #target(region: string, alias: string): string {
    const arn = this.#aliases.get(`${region} ${alias}`);
    if (arn === undefined || this.#isUnseen(`${region} ${alias}`))
      throw new KmsRefusal('NotFoundException', `Alias ${alias} is not found.`);
    return arn;
  }

  #isUnseen(name: string): boolean {
    const left = this.#unseen.get(name) ?? 0;
    if (left > 0) this.#unseen.set(name, left - 1);
    return left > 0;
  }

  #sweep(): void {
    const now = this.#clock.now();
    for (const [arn, { deletionDate }] of this.#keys) {
      if (deletionDate === undefined || deletionDate > now) continue;
      this.#keys.delete(arn);
      for (const [alias, target] of this.#aliases) if (target === arn) this.#aliases.delete(alias);
    }
  }
}

const arnOf = (region: string, name: string): string =>
  name.startsWith('arn:') ? name : `arn:aws:kms:${region}:${ACCOUNT}:key/${name}`;

export const stateOf = ({ enabled, deletionDate }: FakeKey): string => {
  if (deletionDate !== undefined) return 'PendingDeletion';
  return enabled ? 'Enabled' : 'Disabled';
};

/** AWS KMS, key states: what a key that waits for its deletion refuses. */
export function requireNotPending(key: FakeKey): FakeKey {
  if (key.deletionDate === undefined) return key;
  throw new KmsRefusal('KMSInvalidStateException', `${key.arn} is pending deletion.`);
}

export function requireUsable(key: FakeKey): FakeKey {
  if (requireNotPending(key).enabled) return key;
  throw new KmsRefusal('DisabledException', `${key.arn} is disabled.`);
}
