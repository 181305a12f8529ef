import { z } from 'zod';
import { defineEvent } from './definition.ts';
import { count, field, label, utcInstant } from './fields.ts';

const epoch = z.int().positive();
const kmsKeyId = field(label, 'key-metadata', 'KMS key of the tenant for this epoch');

/** New data keys go under a new KMS key from here on. */
export const keyRotated = defineEvent({
  type: 'key.rotated',
  about: 'tenant',
  origin: 'lethe',
  clear: {
    kmsKeyId,
    epoch: field(epoch, 'key-metadata'),
    previous: field(epoch, 'key-metadata', 'epoch that it supersedes'),
  },
});

/** Every key that lives was re-wrapped from one epoch to the other, and each new wrap was opened and compared. */
export const epochRolled = defineEvent({
  type: 'epoch.rolled',
  about: 'tenant',
  origin: 'lethe',
  clear: {
    from: field(epoch, 'key-metadata'),
    to: field(epoch, 'key-metadata'),
    survivors: field(count, 'usage', 'data keys that lived on'),
  },
});

export const keyDestroyed = defineEvent({
  type: 'key.destroyed',
  about: 'tenant',
  origin: 'lethe',
  clear: {
    kmsKeyId,
    epoch: field(epoch, 'key-metadata'),
    destroyedAt: field(utcInstant, 'policy', 'when the KMS said that it is beyond recovery'),
  },
});

/** Nothing that was wrapped up to this epoch can be opened any more, from whatever backup. */
export const horizonReached = defineEvent({
  type: 'horizon.reached',
  about: 'tenant',
  origin: 'lethe',
  clear: {
    epoch: field(epoch, 'key-metadata', 'this one and every one before'),
    at: field(utcInstant, 'policy'),
  },
});
