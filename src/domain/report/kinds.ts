/** Every kind of report that can be asked for. */
export const REPORT_KINDS = [
  'access',
  'portability',
  'erasure-receipt',
  'erasure-certificate',
  'dpa-evidence',
  'ropa',
  'retention',
  'access-log',
  'soc2-evidence',
  'statement-of-reasons',
  'hold',
  'residency',
  'confirmation',
] as const;
export type ReportKind = (typeof REPORT_KINDS)[number];

interface KindTraits {
  readonly title: string;
  /** Whether the report is about one user: always, never, or as asked. */
  readonly subject: 'required' | 'optional' | 'none';
  /** Whether it holds opened content, so that it is outdated as soon as any of that content is deleted. */
  readonly opens: boolean;
  /** Whether it can be narrowed to a period. */
  readonly period: boolean;
  /** range: every event of the log in the period, complete · inclusion: the events that it rests on, each proven. */
  readonly proof: 'range' | 'inclusion';
}

const aboutSubject = (title: string, opens: boolean): KindTraits => ({
  title,
  subject: 'required',
  opens,
  period: false,
  proof: 'inclusion',
});
const aboutTenant = (title: string): KindTraits => ({
  title,
  subject: 'none',
  opens: false,
  period: true,
  proof: 'range',
});

export const KIND_TRAITS: Readonly<Record<ReportKind, KindTraits>> = {
  access: aboutSubject('Copy of personal data (GDPR Art. 15)', true),
  portability: aboutSubject('Data for transmission (GDPR Art. 20)', true),
  'erasure-receipt': aboutSubject('Receipt of a deletion request (GDPR Art. 17)', false),
  'erasure-certificate': aboutSubject('Certificate of erasure (GDPR Art. 17)', false),
  'dpa-evidence': aboutTenant('Evidence of processing on instructions (GDPR Art. 28)'),
  ropa: aboutTenant('Record of processing activities (GDPR Art. 30)'),
  retention: aboutTenant('Retention and erasure'),
  'access-log': aboutTenant('Log of access'),
  'soc2-evidence': aboutTenant('Evidence for SOC 2 (CC6, CC7, C1.2)'),
  'statement-of-reasons': {
    title: 'Statement of reasons (DSA Art. 17)',
    subject: 'optional',
    opens: false,
    period: true,
    proof: 'inclusion',
  },
  hold: aboutTenant('Legal holds'),
  residency: aboutTenant('Residency of data'),
  confirmation: aboutTenant('Written confirmation of measured facts'),
};

export const CONTENT_KINDS: readonly ReportKind[] = REPORT_KINDS.filter(kind => KIND_TRAITS[kind].opens);
