import type { Db } from '../../runner/view.ts';
import { promisedSql, type Scope } from '../scope.ts';

/** Uses for training, held against what had been said by then. */
export interface TrainingFacts {
  readonly uses: number;
  readonly optedOut: number;
  readonly objections: number;
  readonly objectionsToTraining: number;
  readonly usesAfterOptOut: number;
  readonly usesAfterObjection: number;
  /** Uses of an asset that was not shared with the community, or not under the consent of that share. */
  readonly usesWithoutConsent: number;
}

const TRAINING = `
  with uses as (
    select u.consent,
      (select s.kind from view_evidence.acts s
       where s.tenant = u.tenant and s.subject = u.subject and s.position < u.position
         and s.kind in ('opted-out', 'opted-in')
       order by s.position desc limit 1) as stance,
      exists (select from view_evidence.acts s
       where s.tenant = u.tenant and s.subject = u.subject and s.position < u.position
         and s.kind = 'objected:training') as objected,
      coalesce((select s.kind = 'shared:community' and s.consent = u.consent from view_evidence.acts s
       where s.tenant = u.tenant and s.asset = u.asset and s.position < u.position and s.kind like 'shared:%'
       order by s.position desc limit 1), false) as shared
    from view_evidence.acts u
    where u.tenant = $1 and u.kind = 'used' and ${promisedSql('u.position', '$2', '$3')}
  ), said as (
    select count(*) filter (where kind = 'opted-out') as "optedOut",
      count(*) filter (where kind like 'objected:%') as objections,
      count(*) filter (where kind = 'objected:training') as "objectionsToTraining"
    from view_evidence.acts where tenant = $1
  )
  select count(*) as uses,
    count(*) filter (where stance = 'opted-out') as "usesAfterOptOut",
    count(*) filter (where objected) as "usesAfterObjection",
    count(*) filter (where not shared) as "usesWithoutConsent",
    (select "optedOut" from said), (select objections from said), (select "objectionsToTraining" from said)
  from uses`;

export async function trainingFacts(db: Db, tenant: string, { since, until }: Scope): Promise<TrainingFacts> {
  const { rows } = await db.query<TrainingFacts>(TRAINING, [tenant, since, until]);
  const [found] = rows;
  if (found === undefined) throw new Error('an aggregate without a row');
  return found;
}
