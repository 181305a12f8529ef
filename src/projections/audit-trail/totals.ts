import type { Db } from '../runner/view.ts';
import type { Outcome } from './entry.ts';

export interface ActionTotal {
  readonly action: string;
  readonly actorKind: string;
  readonly role: string | null;
  readonly purpose: string | null;
  readonly outcome: Outcome;
  readonly events: number;
}

/** How often what was done by which kind of actor, over log positions in [first, last]. */
export async function actionTotals(
  db: Db,
  tenant: string,
  { first, last }: { readonly first: number; readonly last: number },
): Promise<ActionTotal[]> {
  const { rows } = await db.query<ActionTotal>(
    `select action, actor_kind as "actorKind", role, purpose, outcome, count(*) as events
     from view_audit_trail.entries where tenant = $1 and position between $2 and $3
     group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5`,
    [tenant, first, last],
  );
  return rows;
}

/** Positions of what was done to one target by the named actions, at or before `last`, in order, behind `after`. */
export async function positionsOfTarget(
  db: Db,
  tenant: string,
  { target, actions }: { readonly target: string; readonly actions: readonly string[] },
  { after, last, limit }: { readonly after: number; readonly last: number; readonly limit: number },
): Promise<number[]> {
  const { rows } = await db.query<{ position: number }>(
    `select position from view_audit_trail.entries
     where tenant = $1 and target = $2 and action = any($3) and position > $4 and position <= $5
     order by position limit $6`,
    [tenant, target, actions, after, last, limit],
  );
  return rows.map(({ position }) => position);
}

/** Positions of the named actions in [first, last], in order, behind `after`. */
export async function positionsOfActions(
  db: Db,
  tenant: string,
  actions: readonly string[],
  { after, last, limit }: { readonly after: number; readonly last: number; readonly limit: number },
): Promise<number[]> {
  const { rows } = await db.query<{ position: number }>(
    `select position from view_audit_trail.entries
     where tenant = $1 and action = any($2) and position > $3 and position <= $4 order by position limit $5`,
    [tenant, actions, after, last, limit],
  );
  return rows.map(({ position }) => position);
}
