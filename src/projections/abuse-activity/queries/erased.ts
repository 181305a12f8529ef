/**
 * SQL: the keys of the asset or subject are destroyed. Asked of the key store, so that it holds from the moment of the
 * erasure, whatever a view has still to fold. Scalar, so that each is one look-up of the primary key.
 */
export const assetErasedSql = (tenant: string, asset: string): string =>
  erasedSql(tenant, `'asset/' || ${asset}`);
export const subjectErasedSql = (tenant: string, subject: string): string =>
  erasedSql(tenant, `'subject/' || ${subject}`);

const erasedSql = (tenant: string, scope: string): string =>
  `coalesce((select k.state = 'erased' from keys.data_keys k where k.tenant = ${tenant} and k.scope = ${scope}), false)`;
