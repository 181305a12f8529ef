import type { ErasureCertificate, ErasureReceipt } from '../domain/certificate/schemas.ts';
import { certificateSections, receiptSections } from './certificate-sections.ts';
import type { ReportDocument } from './report-document.ts';

const shell = (
  title: string,
  { organisation, region, issuedAt, subject, request }: ErasureReceipt | ErasureCertificate,
): Pick<ReportDocument, 'title' | 'organisation' | 'date' | 'cover'> => ({
  title,
  organisation,
  date: new Date(issuedAt),
  cover: [
    { name: 'Issued at', value: `${issuedAt.slice(0, 19).replace('T', ' ')} UTC` },
    { name: 'About', value: subject === null ? `request ${request}` : `subject ${subject}` },
    { name: 'Region', value: region },
  ],
});

/** A receipt that stands alone. */
export const receiptDocument = (receipt: ErasureReceipt): ReportDocument => ({
  ...shell('Receipt of a deletion request', receipt),
  ...receiptSections(receipt),
});

/** A certificate that stands alone. */
export const certificateDocument = (certificate: ErasureCertificate): ReportDocument => ({
  ...shell('Certificate of erasure', certificate),
  ...certificateSections(certificate),
});
