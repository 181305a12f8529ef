import { z } from 'zod';
import * as abuse from './abuse-events.ts';
import * as access from './access-events.ts';
import * as account from './account-events.ts';
import * as asset from './asset-events.ts';
import * as cases from './case-events.ts';
import * as erasure from './erasure-events.ts';
import * as hold from './hold-events.ts';
import * as key from './key-events.ts';
import * as log from './log-events.ts';
import * as pii from './pii-events.ts';
import type { ClearOf, ContentOf, EventDefinition } from './definition.ts';
import * as disclosure from './disclosure-events.ts';
import * as dsr from './dsr-events.ts';
import * as offboarding from './offboarding-events.ts';
import * as report from './report-events.ts';
import * as tenant from './tenant-events.ts';

const definitions = [
  asset.uploadReceived,
  asset.generationRequested,
  asset.generationCompleted,
  asset.generationBlocked,
  asset.assetViewed,
  asset.assetDownloaded,
  asset.assetShared,
  pii.piiFlagged,
  pii.piiActionApplied,
  pii.piiCleared,
  erasure.deletionRequested,
  erasure.assetHidden,
  erasure.lineageFlagged,
  erasure.assetErased,
  erasure.erasureCertified,
  account.accountRegistered,
  account.accountCorrected,
  account.accountBlocked,
  account.accountDeletionRequested,
  account.accountErased,
  account.trainingOptedOut,
  account.trainingOptedIn,
  account.trainingDenied,
  account.processingObjected,
  account.subjectViewed,
  tenant.tenantRegistered,
  tenant.policyAdopted,
  tenant.keyCreated,
  key.keyRotated,
  key.epochRolled,
  key.keyDestroyed,
  key.horizonReached,
  log.logLossAccepted,
  tenant.credentialIssued,
  tenant.credentialRotated,
  tenant.credentialRevoked,
  tenant.accessDenied,
  tenant.recordsViewed,
  hold.holdRequested,
  hold.holdPlaced,
  hold.holdReleased,
  cases.caseOpened,
  cases.caseAssigned,
  cases.caseLinked,
  cases.caseNoted,
  cases.caseEntriesExpired,
  cases.caseDecided,
  cases.caseReopened,
  access.accessRequested,
  access.accessApproved,
  access.accessRevealed,
  access.accessClosed,
  tenant.erasureStarted,
  tenant.erasureCompleted,
  report.reportRequested,
  report.reportIssued,
  report.reportFailed,
  report.reportDownloaded,
  report.reportExpired,
  dsr.dsrReceived,
  dsr.dsrHandedOver,
  dsr.dsrExtended,
  dsr.dsrStarted,
  dsr.dsrFulfilled,
  dsr.trainingUsed,
  offboarding.offboardingAnnounced,
  offboarding.offboardingConfirmed,
  offboarding.offboardingWithdrawn,
  offboarding.offboardingExporting,
  offboarding.offboardingStarted,
  offboarding.tenantErased,
  disclosure.disclosureMade,
  disclosure.subprocessorChanged,
  disclosure.termsProposed,
  disclosure.termsNegotiated,
  disclosure.refusalsCounted,
  abuse.abuseSignalled,
  abuse.rulesAdopted,
] as const;

type Definition = (typeof definitions)[number];
export type EventType = Definition['type'];
export type DefinitionOf<T extends EventType> = Extract<Definition, { type: T }>;

// Looked up type by type: the inference over a union of definitions is not the union of what each infers.
type ClearByType = { readonly [T in EventType]: ClearOf<DefinitionOf<T>> };
type ContentByType = { readonly [T in EventType]: ContentOf<DefinitionOf<T>> };

/** The clear data of each event type. */
export type EventData<T extends EventType = EventType> = ClearByType[T];
/** What the sealed content part of each event type holds. */
export type EventContent<T extends EventType = EventType> = ContentByType[T];

/** An event as deciders see it: type and clear data. Personal data never reaches a decider. */
export type LetheEvent<T extends EventType = EventType> = {
  [K in T]: { readonly type: K; readonly data: EventData<K> };
}[T];

const byType: ReadonlyMap<string, EventDefinition> = new Map<string, EventDefinition>(
  definitions.map(definition => [definition.type, definition]),
);

export const EVENT_TYPES: readonly EventType[] = definitions.map(definition => definition.type);

export const findDefinition = (type: string): EventDefinition | undefined => byType.get(type);

export function definitionOf(type: EventType): EventDefinition {
  const found = byType.get(type);
  if (found === undefined) throw new Error(`no definition of ${type}`);
  return found;
}

export const isEventType = (type: string): type is EventType => byType.has(type);

/** Validates the clear data of an event, as stored or about to be. */
export const clearSchemas: ReadonlyMap<string, z.ZodType> = new Map(
  definitions.map(({ type, clear }) => [type, z.strictObject(clear)]),
);
