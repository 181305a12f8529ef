import type { Kms } from '../../domain/ports/kms.ts';
import { traced } from './traced.ts';

/** The KMS with a span for each call. */
export const tracedKms = (kms: Kms): Kms => ({
  createKey: tags => traced('kms.create-key', {}, () => kms.createKey(tags)),
  describeKey: id => traced('kms.describe-key', {}, () => kms.describeKey(id)),
  generateDataKey: (id, context) =>
    traced('kms.generate-data-key', {}, () => kms.generateDataKey(id, context)),
  decrypt: (id, wrapped, context) => traced('kms.decrypt', {}, () => kms.decrypt(id, wrapped, context)),
  disableKey: id => traced('kms.disable-key', {}, () => kms.disableKey(id)),
  enableKey: id => traced('kms.enable-key', {}, () => kms.enableKey(id)),
  scheduleKeyDeletion: (id, days) =>
    traced('kms.schedule-key-deletion', {}, () => kms.scheduleKeyDeletion(id, days)),
  cancelKeyDeletion: id => traced('kms.cancel-key-deletion', {}, () => kms.cancelKeyDeletion(id)),
});
