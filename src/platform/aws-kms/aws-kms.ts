import {
  CancelKeyDeletionCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import type { Clock } from '../../domain/ports/clock.ts';
import type { Kms } from '../../domain/ports/kms.ts';
import type { AwsKmsConfig } from './aws-kms-config.ts';
import { createCallBudget } from './budget.ts';
import { createKmsCalls, type KmsCall, type Send } from './calls.ts';
import { createTenantKey } from './create-key.ts';
import { createDataKeys } from './data-keys.ts';
import { createKeyDescriptions, type KeyDescriptions } from './describe.ts';
import type { DoomedKeys } from './doomed-keys.ts';
import { refusal } from './errors.ts';
import { createFreshKeys } from './fresh-keys.ts';
import { createKeyCalls, type KeyCalls } from './key-calls.ts';
import { ownerOf } from './key-names.ts';
import { regionOf } from './regions.ts';

/** AWS KMS: a change may take that long to be seen everywhere; mostly it takes less than a second. */
const FRESH_MS = 15_000;
/** AWS KMS, ScheduleKeyDeletion: the waiting period, days. */
const [SHORTEST, LONGEST] = [7, 30];

export interface AwsKmsOptions {
  readonly config: AwsKmsConfig;
  readonly doomed: DoomedKeys;
  readonly clock: Clock;
  /** Named credentials; undefined: the process's own. */
  readonly profile?: string | undefined;
  /** JSON document that new keys get; undefined: AWS's default. */
  readonly keyPolicy?: string | undefined;
  readonly onCall?: ((call: KmsCall) => void) | undefined;
}

export interface AwsKms extends Kms {
  close(): void;
}

/**
 * AWS KMS behind the port. A key's id is its ARN, so its region is known from then on; a new key is made where the tag
 * `region` belongs. The keys' own rotation (EnableKeyRotation) stays off: it keeps the old material for as long as the key
 * lives, while an epoch ends with its material. `pendingDays` has to be 7 to 30, or RangeError is thrown. Beyond the port's
 * codes: `region-not-served` for a region without keys.
 */
export function createAwsKms(options: AwsKmsOptions): AwsKms {
  const { config, doomed, clock, profile, keyPolicy, onCall = () => undefined } = options;
  const { endpoint, deadlineMs, pendingLookMs } = config;
  const calls = createKmsCalls({ endpoint, profile, deadlineMs, onCall });
  const fresh = createFreshKeys(FRESH_MS);
  const descriptions = createKeyDescriptions({ calls, doomed, clock, pendingLookMs });
  const keyCalls = createKeyCalls(calls, descriptions);
  return {
    createKey: async tags => {
      const owner = ownerOf(tags);
      return createTenantKey({ calls, fresh, keyPolicy }, regionOf(config, owner.region), owner);
    },
    describeKey: keyId => fresh.patiently(keyId, () => descriptions.describe(keyId)),
    ...createDataKeys({ keyCalls, fresh, budget: createCallBudget(config.tenantRate) }),
    ...createLifecycle(keyCalls, descriptions),
    close: () => calls.close(),
  };
}

type Lifecycle = Pick<Kms, 'disableKey' | 'enableKey' | 'scheduleKeyDeletion' | 'cancelKeyDeletion'>;

function createLifecycle(keyCalls: KeyCalls, descriptions: KeyDescriptions): Lifecycle {
  const change = async <O extends object>(keyId: string, operation: string, send: Send<O>): Promise<void> => {
    await keyCalls.to(keyId, operation, send);
    descriptions.forget(keyId);
  };
  return {
    disableKey: keyId =>
      change(keyId, 'DisableKey', (client, how) => client.send(new DisableKeyCommand({ KeyId: keyId }), how)),
    enableKey: keyId =>
      change(keyId, 'EnableKey', (client, how) => client.send(new EnableKeyCommand({ KeyId: keyId }), how)),
    scheduleKeyDeletion: async (keyId, pendingDays) => {
      requireDays(pendingDays);
      // Before the call: whoever dies after it, and is back when the key is gone, can ask nobody for the date.
      await descriptions.expectDeletion(keyId, pendingDays);
      const command = new ScheduleKeyDeletionCommand({ KeyId: keyId, PendingWindowInDays: pendingDays });
      await change(keyId, 'ScheduleKeyDeletion', (client, how) => client.send(command, how));
      return descriptions.describe(keyId);
    },
    cancelKeyDeletion: async keyId => {
      descriptions.forget(keyId);
      const key = await descriptions.describe(keyId);
      if (key.state === 'destroyed') throw refusal(keyId, key.state);
      if (key.state !== 'pending-deletion') return key;
      const command = new CancelKeyDeletionCommand({ KeyId: keyId });
      await change(keyId, 'CancelKeyDeletion', (client, how) => client.send(command, how));
      return descriptions.describe(keyId);
    },
  };
}

function requireDays(pendingDays: number): void {
  if (Number.isInteger(pendingDays) && pendingDays >= SHORTEST && pendingDays <= LONGEST) return;
  throw new RangeError(`AWS KMS destroys a key after ${SHORTEST} to ${LONGEST} days`);
}
