import type { Buffer } from 'node:buffer';
import type { ReportDocument } from './report-document.ts';

/**
 * The report as a PDF on A4. The same document gives the same bytes: no clock and no randomness go in. The typesetter and
 * the charts are loaded with the first report: a service that makes none is spared some 60 MB.
 */
export async function renderPdf(document: ReportDocument): Promise<Buffer> {
  const { typeset } = await import('./typeset.ts');
  return typeset(document);
}
