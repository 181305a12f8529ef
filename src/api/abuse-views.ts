import type { Pool } from 'pg';
import type { Directory } from '../application/directory.ts';
import { tokensOf } from '../application/entities/tokens.ts';
import type { Freshness } from '../application/freshness.ts';
import type { Recorder } from '../application/recorder.ts';
import { stampOf, type Tenants } from '../application/tenants.ts';
import type { ReadingVault } from '../application/vault/vault.ts';
import type { Entity, EntityValue } from '../domain/entities/entity.ts';
import type { EventData } from '../domain/events/catalogue.ts';
import type { Actor } from '../domain/events/envelope.ts';
import { LetheError } from '../domain/errors.ts';
import type { Clock } from '../domain/ports/clock.ts';
import {
  erasedActivity,
  rankedSubjects,
  type RankedQuery,
  type RankedSubject,
} from '../projections/abuse-activity/queries/ranked-subjects.ts';
import { isKnownSubject, nextErasures } from '../projections/abuse-activity/queries/standing.ts';
import {
  subjectTimeline,
  type TimelineCursor,
  type TimelinePage,
} from '../projections/abuse-activity/queries/timeline.ts';
import { pivot, type Pivot } from '../projections/abuse-entities/queries/pivot.ts';
import { withTenant } from '../projections/runner/tenant.ts';
import type { Db } from '../projections/runner/view.ts';
import { pictureOf, type SubjectPicture } from './subject-picture.ts';
import { nobody, subjectReference } from './subject-reference.ts';

/**
 * What investigators see. Every read is on record, with whom it was about, before it is answered (promises 18, 25).
 * `name` is the tenant's own id of a user, or the inside reference. Throws `subject-not-found` for nobody and for an account
 * that is erased, in the same words.
 */
export interface AbuseViews {
  /** The time that windows and countdowns are reckoned from. */
  now(): Date;
  ranked(
    tenant: string,
    query: RankedQuery,
    reader: Actor,
  ): Promise<{
    readonly subjects: readonly (RankedSubject & { readonly nextEraseAt: Date | null })[];
    readonly erased: Awaited<ReturnType<typeof erasedActivity>>;
  }>;
  picture(tenant: string, name: string, reader: Actor): Promise<SubjectPicture>;
  timeline(
    tenant: string,
    name: string,
    page: { readonly cursor?: TimelineCursor | undefined; readonly limit: number },
    reader: Actor,
  ): Promise<TimelinePage & { readonly subject: string }>;
  /** Throws `entity-not-found`. */
  pivot(tenant: string, entity: Entity, reader: Actor): Promise<Pivot>;
  /** The entity of a value in clear, which is kept nowhere. */
  entityOf(tenant: string, value: EntityValue): Promise<Entity>;
}

export interface AbuseViewsDeps {
  /** Sees one tenant at a time. */
  readonly reader: Pool;
  readonly directory: Pick<Directory, 'find'>;
  readonly vault: Pick<ReadingVault, 'tokens'>;
  readonly recorder: Recorder;
  readonly tenants: Pick<Tenants, 'get'>;
  readonly freshness: Pick<Freshness, 'settled'>;
  readonly clock: Clock;
}

type Kind = Extract<EventData<'records.viewed'>['records'], `abuse-${string}`>;

export function createAbuseViews(deps: AbuseViewsDeps): AbuseViews {
  const { reader, directory, vault, recorder, tenants, freshness, clock } = deps;

  const record = async (tenant: string, actor: Actor, records: Kind, subject?: string): Promise<void> => {
    const stamp = stampOf(await tenants.get(tenant));
    const about = { type: 'records.viewed', data: { records }, actor, time: clock.now() } as const;
    await recorder.record(stamp, [{ ...about, subject }]);
  };

  const read = async <T>(tenant: string, query: (db: Db) => Promise<T>): Promise<T> => {
    await freshness.settled(tenant);
    return withTenant(reader, tenant, query);
  };

  return {
    now: () => clock.now(),
    ranked: async (tenant, query, actor) => {
      await record(tenant, actor, 'abuse-subjects');
      return read(tenant, async db => {
        const ranked = await rankedSubjects(db, tenant, query);
        const next = await nextErasures(
          db,
          tenant,
          ranked.map(({ subject }) => subject),
        );
        const subjects = ranked.map(row => ({ ...row, nextEraseAt: next.get(row.subject) ?? null }));
        return { subjects, erased: await erasedActivity(db, tenant, query) };
      });
    },
    picture: async (tenant, name, actor) => {
      const subject = await subjectReference(directory, tenant, name);
      const now = clock.now();
      const shown = await read(tenant, db => pictureOf(db, tenant, subject, now));
      if (shown === undefined) throw nobody();
      await record(tenant, actor, 'abuse-subjects', subject);
      return shown;
    },
    timeline: async (tenant, name, page, actor) => {
      const subject = await subjectReference(directory, tenant, name);
      const shown = await read(tenant, async db => {
        if (!(await isKnownSubject(db, tenant, subject))) throw nobody();
        return subjectTimeline(db, tenant, subject, page);
      });
      await record(tenant, actor, 'abuse-timeline', subject);
      return { ...shown, subject };
    },
    pivot: async (tenant, entity, actor) => {
      await record(tenant, actor, 'abuse-entities');
      const shown = await read(tenant, db => pivot(db, tenant, entity));
      if (shown === undefined) throw new LetheError('entity-not-found', 'nobody is known with this entity');
      return shown;
    },
    entityOf: async (tenant, value) => (await tokensOf(vault, tenant, [value]))(value),
  };
}
