import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  GenerateDataKeyCommand,
  KMSClient,
  ListResourceTagsCommand,
  ScheduleKeyDeletionCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-kms';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CREDENTIALS } from '../../support/aws-kms.ts';
import { startKmsFake } from '../../support/kms-fake/server.ts';
import { canRunLocalKms, useLocalKms } from '../../support/local-kms.ts';

const REGION = 'eu-central-1';
const DAY_MS = 86_400_000;
const RUNS = 100;
const SEED = 20_261;

/** Steps over three keys, of which some may not have been made, and three aliases. */
const key = fc.nat(2);
const purpose = fc.constantFrom('serving', 'safety');
const step = fc.oneof(
  fc.record({ do: fc.constant('create' as const), key }),
  fc.record({ do: fc.constantFrom('describe' as const, 'tags' as const), key }),
  fc.record({ do: fc.constantFrom('enable' as const, 'disable' as const, 'cancel' as const), key }),
  fc.record({ do: fc.constant('schedule' as const), key, days: fc.integer({ min: 6, max: 31 }) }),
  fc.record({ do: fc.constant('generate' as const), key, purpose }),
  fc.record({ do: fc.constant('decrypt' as const), key, from: key, purpose }),
  fc.record({ do: fc.constantFrom('name' as const, 'rename' as const, 'byName' as const), key, alias: key }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/**
 * What local-kms gets wrong by AWS's API reference, and the fake gets right, is two things. A key whose deletion is cancelled
 * comes back enabled (AWS: disabled), so that step ends with DisableKey. And a ciphertext under another key than the named one
 * is InvalidCiphertextException (AWS: IncorrectKeyException), which the port does not tell apart either.
 */
const asLocal = (outcome: string): string =>
  outcome === 'IncorrectKeyException' ? 'InvalidCiphertextException' : outcome;

/** One server, seen through the SDK: what each step answers, in words that do not name ids. */
class Subject {
  readonly #client: KMSClient;
  readonly #run = randomUUID();
  readonly #keys: (string | undefined)[] = [];
  readonly #wrapped: (Uint8Array | undefined)[] = [];

  constructor(endpoint: string) {
    Object.assign(process.env, CREDENTIALS);
    this.#client = new KMSClient({ endpoint, region: REGION, maxAttempts: 1 });
  }

  close(): void {
    this.#client.destroy();
  }

  async take(todo: Step): Promise<string> {
    try {
      return await this.#perform(todo);
    } catch (error) {
      return error instanceof Error ? error.name : String(error);
    }
  }

  async #perform(todo: Step): Promise<string> {
    const KeyId = this.#keys[todo.key] ?? `arn:aws:kms:${REGION}:111122223333:key/${this.#run}`;
    switch (todo.do) {
      case 'create': {
        const tags = [{ TagKey: 'lethe:tenant', TagValue: 'acme' }];
        const { KeyMetadata } = await this.#client.send(new CreateKeyCommand({ Tags: tags }));
        this.#keys[todo.key] = KeyMetadata?.Arn;
        this.#wrapped[todo.key] = undefined;
        return `${KeyMetadata?.KeyState} ${KeyMetadata?.KeySpec} ${KeyMetadata?.Arn?.replace(/[^/]+$/, '')}`;
      }
      case 'describe': {
        const { KeyMetadata } = await this.#client.send(new DescribeKeyCommand({ KeyId }));
        return `${KeyMetadata?.KeyState} ${KeyMetadata?.Enabled} ${daysUntil(KeyMetadata?.DeletionDate)}`;
      }
      case 'tags': {
        const { Tags } = await this.#client.send(new ListResourceTagsCommand({ KeyId }));
        return JSON.stringify(Tags);
      }
      case 'enable':
        await this.#client.send(new EnableKeyCommand({ KeyId }));
        return 'enabled';
      case 'disable':
        await this.#client.send(new DisableKeyCommand({ KeyId }));
        return 'disabled';
      case 'cancel':
        await this.#client.send(new CancelKeyDeletionCommand({ KeyId }));
        await this.#client.send(new DisableKeyCommand({ KeyId }));
        return 'cancelled';
      case 'schedule': {
        const input = { KeyId, PendingWindowInDays: todo.days };
        const { DeletionDate } = await this.#client.send(new ScheduleKeyDeletionCommand(input));
        return daysUntil(DeletionDate);
      }
      case 'generate': {
        const input = { KeyId, KeySpec: 'AES_256', EncryptionContext: { purpose: todo.purpose } } as const;
        const made = await this.#client.send(new GenerateDataKeyCommand(input));
        this.#wrapped[todo.key] = made.CiphertextBlob;
        return `${made.Plaintext?.length}`;
      }
      case 'decrypt': {
        const CiphertextBlob = this.#wrapped[todo.from] ?? Buffer.from('nothing that was ever encrypted');
        const input = { KeyId, CiphertextBlob, EncryptionContext: { purpose: todo.purpose } };
        const opened = await this.#client.send(new DecryptCommand(input));
        return `${opened.Plaintext?.length} ${opened.KeyId === KeyId}`;
      }
      case 'name':
        await this.#client.send(
          new CreateAliasCommand({ AliasName: this.#alias(todo.alias), TargetKeyId: KeyId }),
        );
        return 'named';
      case 'rename':
        await this.#client.send(
          new UpdateAliasCommand({ AliasName: this.#alias(todo.alias), TargetKeyId: KeyId }),
        );
        return 'renamed';
      case 'byName': {
        const { KeyMetadata } = await this.#client.send(
          new DescribeKeyCommand({ KeyId: this.#alias(todo.alias) }),
        );
        return `${this.#keys.indexOf(KeyMetadata?.Arn)} ${KeyMetadata?.KeyState}`;
      }
    }
  }

  #alias(alias: number): string {
    return `alias/lethe/${this.#run}/${alias}`;
  }
}

const daysUntil = (date: Date | undefined): string =>
  date === undefined ? 'never' : String(Math.round((date.getTime() - Date.now()) / DAY_MS));

describe.skipIf(!canRunLocalKms())('the strict fake', () => {
  const local = useLocalKms(REGION);

  it('answers every sequence of operations as local-kms does, but for what local-kms gets wrong', async () => {
    const fake = await startKmsFake();
    const steps = fc.array(step, { minLength: 10, maxLength: 40 });
    try {
      await fc.assert(
        fc.asyncProperty(steps, async todo => {
          const [strict, emulated] = [new Subject(fake.url), new Subject(local().url)];
          for (const one of todo) {
            const [here, there] = [await strict.take(one), await emulated.take(one)];
            expect([one, asLocal(here)]).toEqual([one, there]);
          }
          strict.close();
          emulated.close();
        }),
        { numRuns: RUNS, seed: SEED },
      );
    } finally {
      await fake.stop();
    }
  });
});
