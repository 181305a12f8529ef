import type { Actor } from '../domain/events/envelope.ts';

/** What a use case that rests on a report asks for. */
export interface NeededReport {
  /** Its id, on the asker's own record already: asked for again under it, there is still one report. */
  readonly report: string;
  readonly kind: 'access' | 'portability' | 'soc2-evidence';
  /** Inside reference; absent where the report is about the tenant. */
  readonly subject?: string;
}

export type ReportStanding =
  /** Not asked for, as far as the view has got. */
  | { readonly status: 'unknown' }
  | { readonly status: 'pending' }
  /** SHA-256 of the bundle, hex. */
  | { readonly status: 'issued'; readonly sha256: string }
  | { readonly status: 'failed' };

/** The reports, as far as those who wait for one are concerned. */
export interface ReportRequests {
  request(tenant: string, order: NeededReport, actor: Actor): Promise<{ readonly report: string }>;
  standing(tenant: string, report: string): Promise<ReportStanding>;
}
