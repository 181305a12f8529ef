import type { Entity, EntityKind } from '../../../domain/entities/entity.ts';
import type { Db } from '../../runner/view.ts';
import { shownToken } from '../token.ts';
import { PIVOT_LIMITS } from './pivot.ts';

export interface EntityOfSubject extends Entity {
  /** Assets of the account that it was seen with, of those that are not erased. */
  readonly assets: number;
  /** Accounts that share it, itself included, `PIVOT_LIMITS.hub` at most. */
  readonly degree: number;
}

const SHOWN = 100;

/** What an account was seen with, the most shared first; 100 at most. */
export async function entitiesOfSubject(db: Db, tenant: string, subject: string): Promise<EntityOfSubject[]> {
  const { rows } = await db.query<{ token: string; kind: EntityKind; assets: number; degree: number }>(
    `select l.token, l.kind, l.assets,
            (select count(*)::int from (select from view_abuse_entities.links x
                                        where x.tenant = $1 and x.token = l.token limit $3) counted) as degree
     from (select token, kind, assets from view_abuse_entities.links
           where tenant = $1 and subject = $2 order by kind, token limit $4) l
     order by degree desc, l.kind, l.token`,
    [tenant, subject, PIVOT_LIMITS.hub, SHOWN],
  );
  return rows.map(({ token, ...entity }) => ({ ...entity, token: shownToken(token) }));
}
