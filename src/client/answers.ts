import type { Operations } from './openapi.ts';

type Tenant = '/v1/tenants/{tenant}';
type Body<Name extends keyof Operations> = Operations[Name] extends { readonly body: infer T } ? T : never;
type Answer<Name extends keyof Operations> = Operations[Name] extends { readonly answer: infer T }
  ? T
  : never;

/** An asset without its content. */
export type Asset = Answer<`GET ${Tenant}/assets/{asset}`>;
export type AssetContent = Answer<`GET ${Tenant}/assets/{asset}/content`>;
export type Retention = Answer<`GET ${Tenant}/assets/{asset}/retention`>;
export type DeletionOrder = Body<`POST ${Tenant}/deletion-requests`>;
export type DeletionReceipt = Answer<`POST ${Tenant}/deletion-requests`>;
export type DeletionRequest = Answer<`GET ${Tenant}/deletion-requests/{request}`>;
export type ReportOrder = Body<`POST ${Tenant}/reports`>;
export type Report = Answer<`GET ${Tenant}/reports/{report}`>;
export type RequestedReport = Answer<`POST ${Tenant}/reports`>;
/** What a request with events is answered with. */
export type Recorded = Answer<`POST ${Tenant}/events`>;
