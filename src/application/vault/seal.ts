import { sealBlob, sealedReference } from '../../domain/sealing/blob.ts';
import { derivePartKey, type Part } from '../../domain/sealing/derive.ts';
import { NONCE_BYTES } from '../../domain/sealing/gcm.ts';
import type { PartToSeal } from '../../domain/sealing/part.ts';
import type { RandomBytes } from './random.ts';
import type { Parts, UsableGrip, Vault } from './vault.ts';

const ORDER: readonly Part[] = ['content', 'network'];

const partKeyOf = (grip: UsableGrip, part: Part): Buffer =>
  part === 'content' ? grip.contentKey.reveal() : derivePartKey(grip.dataKey.reveal(), part);

export function createSealer({ random }: { readonly random: RandomBytes }): Pick<Vault, 'seal'> {
  const toSeal = (grip: UsableGrip, parts: Parts): PartToSeal[] =>
    ORDER.flatMap(part => {
      const plaintext = parts[part];
      if (plaintext === undefined) return [];
      return [{ part, partKey: partKeyOf(grip, part), nonce: random(NONCE_BYTES), plaintext }];
    });

  return {
    seal: (grip, tenant, scope, eventId, parts) => {
      const sealed = toSeal(grip, parts);
      const blob = sealBlob(grip.keyId, sealed, { tenant, scope, eventId });
      const names = sealed.map(({ part }) => part);
      return {
        blob,
        reference: sealedReference(blob, { keyId: grip.keyId, epoch: grip.epoch, parts: names }),
      };
    },
  };
}
