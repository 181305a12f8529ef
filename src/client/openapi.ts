/** Written by `npm run client:types` from the OpenAPI document of the service: change the routes. */

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code:
    | 'malformed-json'
    | 'malformed-ndjson'
    | 'invalid-request'
    | 'cursor-invalid'
    | 'body-too-large'
    | 'unsupported-media-type'
    | 'not-found'
    | 'log-conflict'
    | 'rate-limited'
    | 'view-behind'
    | 'shutting-down'
    | 'internal'
    | 'token-malformed'
    | 'token-too-large'
    | 'token-issuer-unknown'
    | 'token-algorithm-refused'
    | 'token-key-unknown'
    | 'token-signature-invalid'
    | 'token-type-refused'
    | 'token-audience-wrong'
    | 'token-expired'
    | 'token-not-yet-valid'
    | 'token-life-too-long'
    | 'token-claim-missing'
    | 'token-claim-invalid'
    | 'token-role-unmapped'
    | 'token-role-ambiguous'
    | 'token-tenant-unmapped'
    | 'issuer-unavailable'
    | 'authority-missing'
    | 'credential-missing'
    | 'credential-invalid'
    | 'credential-expired'
    | 'credential-revoked'
    | 'key-expiry-invalid'
    | 'credential-ended'
    | 'credential-changed'
    | 'credential-not-found'
    | 'forbidden'
    | 'purpose-refused'
    | 'own-approval'
    | 'terms-not-found'
    | 'region-not-served'
    | 'cell-dedicated'
    | 'tenant-not-found'
    | 'offboarding-not-found'
    | 'offboarding-exists'
    | 'offboarding-started'
    | 'tenant-offboarding'
    | 'tenant-erased'
    | 'tenant-exists'
    | 'policy-minimum-exceeds-maximum'
    | 'policy-conflict'
    | 'policy-window-below-promise'
    | 'policy-maximum-below-abuse-minimum'
    | 'policy-period-not-limited'
    | 'policy-training-promised-none'
    | 'policy-history-not-stored'
    | 'policy-model-region-outside-promise'
    | 'policy-subprocessor-outside-promise'
    | 'policy-erasure-sla-too-long'
    | 'unknown-event-type'
    | 'unsupported-event-version'
    | 'invalid-event'
    | 'batch-empty'
    | 'tenant-mismatch'
    | 'time-in-future'
    | 'time-invalid'
    | 'card-number-refused'
    | 'attestation-missing'
    | 'recipient-not-configured'
    | 'out-of-region'
    | 'event-too-large'
    | 'batch-too-large'
    | 'append-too-large'
    | 'source-id-conflict'
    | 'asset-subject-mismatch'
    | 'log-unavailable'
    | 'asset-withheld'
    | 'subject-not-found'
    | 'asset-not-found'
    | 'hold-not-found'
    | 'deletion-request-not-found'
    | 'hold-too-late'
    | 'hold-exists'
    | 'hold-lapsed'
    | 'hold-expiry-past'
    | 'account-held'
    | 'asset-deleted'
    | 'asset-erased'
    | 'account-deleted'
    | 'epoch-closed'
    | 'kms-unavailable'
    | 'case-not-found'
    | 'case-closed'
    | 'case-open'
    | 'case-full'
    | 'asset-not-linked'
    | 'decision-without-subject'
    | 'access-request-not-found'
    | 'access-not-pending'
    | 'access-not-approved'
    | 'access-of-another'
    | 'access-expired'
    | 'access-ended'
    | 'cohort-too-small'
    | 'data-request-not-found'
    | 'data-request-answered'
    | 'data-request-overdue'
    | 'extension-used-up'
    | 'ground-missing'
    | 'purpose-closed'
    | 'report-not-found'
    | 'report-subject-required'
    | 'report-subject-refused'
    | 'report-period-invalid'
    | 'report-not-ready'
    | 'report-row-invalid'
    | 'report-failed'
    | 'certificate-not-ready'
    | 'report-outdated'
    | 'report-missing'
    | 'report-expired'
    | 'too-many-reports'
    | 'checkpoint-not-found'
    | 'tile-not-found'
    | 'leaf-not-found'
    | 'proof-out-of-range'
    | 'checkpoint-behind'
    | 'entity-not-found'
    | 'rules-moved';
  readonly detail: string;
  readonly instance: string;
  readonly errors?: readonly {
    /** place in the batch, from 0 */
    readonly index?: number;
    /** line of an NDJSON body, from 1 */
    readonly line?: number;
    readonly field?: string;
    readonly code: string;
    readonly message: string;
  }[];
}

export interface Operations {
  readonly 'POST /v1/tenants/{tenant}/events': {
    readonly body: {
      readonly specversion: string;
      readonly id: string;
      readonly source: string;
      /** asset id; minted when absent */
      readonly subject?: string;
      readonly time?: string;
      readonly datacontenttype?: string;
      readonly dataschema?: string;
      /** version of the data, 1 when absent */
      readonly dataversion?: number;
      readonly lethetenant?: string;
      readonly traceparent?: string;
      readonly tracestate?: string;
    } & (
      | {
          readonly type: 'upload.received';
          readonly data: {
            readonly subject: string;
            /** false keeps every payload byte of this call out of storage */
            readonly store?: boolean;
            /** model that served the call */
            readonly model?: string;
            /** region that the model ran in */
            readonly modelRegion?: string;
            /** API client that made the call */
            readonly apiClient?: string;
            /** media type such as image/png */
            readonly mediaType?: string;
            /** size of the upload in bytes */
            readonly bytes?: number;
            /** how `content` is written */
            readonly encoding?: 'utf-8' | 'base64';
            /** assets that this one was made from */
            readonly parents?: readonly string[];
            /** the upload itself, or a reference to where it lies */
            readonly content?: string;
            /** name of the file */
            readonly fileName?: string;
            /** IP address of the caller */
            readonly ip?: string;
            /** device fingerprint */
            readonly device?: string;
            /** session token, only if the caller sends one */
            readonly session?: string;
            /** processor-side fingerprint, never a card number */
            readonly paymentFingerprint?: string;
            /** browser information */
            readonly userAgent?: string;
          };
        }
      | {
          readonly type: 'generation.requested';
          readonly data: {
            readonly subject: string;
            /** false keeps every payload byte of this call out of storage */
            readonly store?: boolean;
            /** model that served the call */
            readonly model?: string;
            /** region that the model ran in */
            readonly modelRegion?: string;
            /** API client that made the call */
            readonly apiClient?: string;
            /** what is to be made */
            readonly modality?: 'image' | 'video' | 'text' | 'audio';
            /** assets that this one is made from */
            readonly parents?: readonly string[];
            /** the prompt */
            readonly prompt?: string;
            /** parameters of the call */
            readonly parameters?: {
              readonly [field: string]: unknown;
            };
            /** IP address of the caller */
            readonly ip?: string;
            /** device fingerprint */
            readonly device?: string;
            /** session token, only if the caller sends one */
            readonly session?: string;
            /** processor-side fingerprint, never a card number */
            readonly paymentFingerprint?: string;
            /** browser information */
            readonly userAgent?: string;
          };
        }
      | {
          readonly type: 'generation.completed';
          readonly data: {
            readonly subject: string;
            /** false keeps every payload byte of this call out of storage */
            readonly store?: boolean;
            /** model that served the call */
            readonly model?: string;
            /** region that the model ran in */
            readonly modelRegion?: string;
            /** API client that made the call */
            readonly apiClient?: string;
            /** what was made */
            readonly modality?: 'image' | 'video' | 'text' | 'audio';
            /** media type of the output */
            readonly mediaType?: string;
            /** size of the output in bytes */
            readonly bytes?: number;
            readonly inputTokens?: number;
            readonly outputTokens?: number;
            /** compute time in milliseconds */
            readonly durationMs?: number;
            /** how `output` is written */
            readonly encoding?: 'utf-8' | 'base64';
            /** the caller passed personal data: treated as flagged PII */
            readonly personalized?: boolean;
            /** assets that this one was made from */
            readonly parents?: readonly string[];
            /** the answer or output, or a reference to where it lies */
            readonly output?: string;
            /** name of the output file */
            readonly fileName?: string;
            /** IP address of the caller */
            readonly ip?: string;
            /** device fingerprint */
            readonly device?: string;
            /** session token, only if the caller sends one */
            readonly session?: string;
            /** processor-side fingerprint, never a card number */
            readonly paymentFingerprint?: string;
            /** browser information */
            readonly userAgent?: string;
          };
        }
      | {
          readonly type: 'generation.blocked';
          readonly data: {
            readonly subject: string;
            /** false keeps every payload byte of this call out of storage */
            readonly store?: boolean;
            /** model that served the call */
            readonly model?: string;
            /** region that the model ran in */
            readonly modelRegion?: string;
            /** API client that made the call */
            readonly apiClient?: string;
            readonly modality?: 'image' | 'video' | 'text' | 'audio';
            /** rule that blocked the request */
            readonly rule: string;
            /** ground of the block */
            readonly ground: 'abuse' | 'fraud' | 'payment-dispute' | 'legal' | 'contract' | 'content-policy';
            /** decided without a human */
            readonly automated?: boolean;
            /** the prompt that was blocked */
            readonly prompt?: string;
            /** IP address of the caller */
            readonly ip?: string;
            /** device fingerprint */
            readonly device?: string;
            /** session token, only if the caller sends one */
            readonly session?: string;
            /** processor-side fingerprint, never a card number */
            readonly paymentFingerprint?: string;
            /** browser information */
            readonly userAgent?: string;
          };
        }
      | {
          readonly type: 'asset.viewed';
          readonly data: {
            readonly subject?: string;
            /** kind of viewer */
            readonly viewer?: 'subject' | 'api-client' | 'staff' | 'public';
            /** purpose of the read */
            readonly purpose?: 'serving' | 'safety' | 'export' | 'search';
            /** IP address of the caller */
            readonly ip?: string;
            /** device fingerprint */
            readonly device?: string;
            /** session token, only if the caller sends one */
            readonly session?: string;
            /** processor-side fingerprint, never a card number */
            readonly paymentFingerprint?: string;
            /** browser information */
            readonly userAgent?: string;
          };
        }
      | {
          readonly type: 'asset.downloaded';
          readonly data: {
            readonly subject?: string;
            /** kind of viewer */
            readonly viewer?: 'subject' | 'api-client' | 'staff' | 'public';
            /** IP address of the caller */
            readonly ip?: string;
            /** device fingerprint */
            readonly device?: string;
            /** session token, only if the caller sends one */
            readonly session?: string;
            /** processor-side fingerprint, never a card number */
            readonly paymentFingerprint?: string;
            /** browser information */
            readonly userAgent?: string;
          };
        }
      | {
          readonly type: 'asset.shared';
          readonly data: {
            readonly subject?: string;
            /** whom it is shared with */
            readonly audience: 'link' | 'organisation' | 'community';
            /** consent under which it is shared */
            readonly consent?: string;
          };
        }
      | {
          readonly type: 'pii.flagged';
          readonly data: {
            readonly subject?: string;
            /** who says so (promise 7) */
            readonly source?: 'caller' | 'detector' | 'staff';
            /** detector that found it */
            readonly detector?: string;
            readonly detectorVersion?: string;
            /** categories of PII found */
            readonly categories?: readonly string[];
            /** where in the content, in UTF-16 units, end exclusive */
            readonly spans?: readonly {
              readonly field: string;
              readonly start: number;
              readonly end: number;
              readonly category: string;
              readonly confidence?: number;
            }[];
          };
        }
      | {
          readonly type: 'pii.cleared';
          readonly data: {
            readonly subject?: string;
            /** why the flag was wrong */
            readonly reason?: string;
          };
        }
      | {
          readonly type: 'deletion.requested';
          readonly data: {
            readonly subject?: string;
            /** why */
            readonly cause?: 'user' | 'tenant-admin' | 'dpo' | 'pii' | 'lineage' | 'account' | 'schedule';
            /** when the user asked, if before the event */
            readonly requestedAt?: string;
          };
        }
      | {
          readonly type: 'account.registered';
          readonly data: {
            readonly subject: string;
            /** plan that the account is on */
            readonly plan?: string;
            readonly attestation?: 'adult' | 'guardian-consent';
            readonly name?: string;
            readonly email?: string;
            readonly phone?: string;
            /** anything else the platform keeps */
            readonly attributes?: {
              readonly [field: string]: unknown;
            };
          };
        }
      | {
          readonly type: 'account.corrected';
          readonly data: {
            readonly subject: string;
            readonly name?: string;
            readonly email?: string;
            readonly phone?: string;
            /** anything else the platform keeps */
            readonly attributes?: {
              readonly [field: string]: unknown;
            };
          };
        }
      | {
          readonly type: 'account.blocked';
          readonly data: {
            readonly subject: string;
            readonly rule?: string;
            /** how far it goes */
            readonly restriction?: 'limit' | 'block';
            /** decided without a human */
            readonly automated?: boolean;
            readonly ground: 'abuse' | 'fraud' | 'payment-dispute' | 'legal' | 'contract';
          };
        }
      | {
          readonly type: 'training.opted-out';
          readonly data: {
            readonly subject: string;
          };
        }
      | {
          readonly type: 'training.opted-in';
          readonly data: {
            readonly subject: string;
            readonly consent?: string;
          };
        }
      | {
          readonly type: 'processing.objected';
          readonly data: {
            readonly subject: string;
            /** the processing objected to */
            readonly purpose: string;
          };
        }
    );
    readonly answer: {
      /** events newly stored */
      readonly accepted: number;
      /** events that were stored before under the same source and id */
      readonly duplicates: number;
      /** log position of the write */
      readonly position: number;
      /** ids minted for events that named no asset, by place in the request */
      readonly assets?: {
        readonly [field: string]: string;
      };
    };
  };
  readonly 'GET /v1/tenants/{tenant}/subjects/{subject}/assets': {
    readonly query: {
      readonly cursor?: string;
      readonly limit?: number;
      readonly q?: string;
    };
    readonly answer: {
      readonly items: readonly {
        readonly asset: string;
        readonly [field: string]: unknown;
      }[];
      readonly next?: string;
    };
  };
  readonly 'GET /v1/tenants/{tenant}/assets/{asset}': {
    readonly answer: {
      readonly asset: string;
      readonly [field: string]: unknown;
    };
  };
  readonly 'GET /v1/tenants/{tenant}/assets/{asset}/content': {
    readonly answer: {
      readonly asset: string;
      readonly pii: {
        /** action in force; `none` without a flag */
        readonly action: string;
      };
      readonly contents: readonly {
        readonly event: string;
        readonly type: string;
        readonly time: string;
        /** sealed fields of the event, opened */
        readonly content: {
          readonly [field: string]: unknown;
        };
      }[];
    };
  };
  readonly 'GET /v1/tenants/{tenant}/assets/{asset}/retention': {
    readonly answer: {
      readonly asset: string;
      readonly status: 'visible' | 'hidden' | 'erased';
      readonly createdAt: string;
      /** end of the minimum window */
      readonly windowEnds: string;
      /** automatic deletion */
      readonly scheduledFor: string;
      /** when its keys are destroyed, as things stand */
      readonly eraseAt: string;
      /** in force when the asset was created */
      readonly policyVersion: number;
      /** number of the promise that it is kept or erased under */
      readonly clause: number;
      readonly because: string;
      /** ids of the holds that postpone the erasure */
      readonly holds: readonly string[];
      readonly erasure?: {
        readonly erasedAt: string;
        readonly keys: readonly string[];
        readonly method: 'cryptographic-erase';
        readonly certificate?: string;
        /** of the asset.erased event */
        readonly position?: number;
      };
    };
  };
  readonly 'POST /v1/tenants/{tenant}/deletion-requests': {
    readonly body: {
      readonly subject: string;
    } & (
      | {
          readonly asset: string;
          readonly scope?: 'asset';
        }
      | {
          readonly scope: 'account';
        }
    );
    readonly answer: {
      readonly id: string;
      readonly hiddenAt: string;
      readonly eraseAt: string;
      /** why a sealed copy is kept until then, and under which clause */
      readonly reason: string;
      /** assets made from this one, and what the policy says of them */
      readonly descendants?: {
        readonly action: 'keep' | 'flag' | 'cascade';
        readonly assets: readonly string[];
      };
      /** log position of the write */
      readonly position: number;
    };
  };
  readonly 'GET /v1/tenants/{tenant}/deletion-requests': {
    readonly query: {
      readonly cursor?: string;
      readonly limit?: number;
    };
    readonly answer: {
      readonly items: readonly {
        readonly id: string;
        readonly state: 'requested' | 'hidden' | 'held' | 'erased' | 'beyond-backup';
        readonly hiddenAt: string | null;
        readonly eraseAt: string | null;
        readonly erasedAt: string | null;
        /** keys, method, times and log position; null until erased */
        readonly certificate: unknown;
        readonly [field: string]: unknown;
      }[];
      readonly next?: string;
    };
  };
  readonly 'GET /v1/tenants/{tenant}/deletion-requests/{request}': {
    readonly answer: {
      readonly id: string;
      readonly state: 'requested' | 'hidden' | 'held' | 'erased' | 'beyond-backup';
      readonly hiddenAt: string | null;
      readonly eraseAt: string | null;
      readonly erasedAt: string | null;
      /** keys, method, times and log position; null until erased */
      readonly certificate: unknown;
      readonly [field: string]: unknown;
    };
  };
  readonly 'POST /v1/tenants/{tenant}/reports': {
    readonly body: {
      readonly kind:
        | 'access'
        | 'portability'
        | 'erasure-receipt'
        | 'erasure-certificate'
        | 'dpa-evidence'
        | 'ropa'
        | 'retention'
        | 'access-log'
        | 'soc2-evidence'
        | 'statement-of-reasons'
        | 'hold'
        | 'residency'
        | 'confirmation';
      /** start of the period */
      readonly from?: string;
      /** end of the period, exclusive */
      readonly to?: string;
      /** the user whom it is about; a user’s own key means itself */
      readonly subject?: string;
      /** deletion request that a receipt or certificate is of */
      readonly request?: string;
    };
    readonly answer: {
      readonly report: string;
      /** log position of the write */
      readonly position: number;
    };
  };
  readonly 'GET /v1/tenants/{tenant}/reports/{report}': {
    readonly answer: {
      readonly report: string;
      readonly kind:
        | 'access'
        | 'portability'
        | 'erasure-receipt'
        | 'erasure-certificate'
        | 'dpa-evidence'
        | 'ropa'
        | 'retention'
        | 'access-log'
        | 'soc2-evidence'
        | 'statement-of-reasons'
        | 'hold'
        | 'residency'
        | 'confirmation';
      /** inside reference */
      readonly subject: string | null;
      readonly request: string | null;
      readonly from: string | null;
      readonly to: string | null;
      readonly state: 'requested' | 'issued' | 'outdated' | 'failed' | 'expired';
      readonly progress?: {
        readonly done: number;
        readonly total: number;
      };
      readonly requestedAt: string;
      readonly issuedAt: string | null;
      readonly expiresAt: string | null;
      readonly sha256: string | null;
      readonly bytes: number | null;
      /** events of the log that it proves */
      readonly events: number | null;
      /** size of the tree that its checkpoint signs */
      readonly size: number | null;
      /** log position up to which it knows */
      readonly asOf: number | null;
      readonly reason: string | null;
    };
  };
}
