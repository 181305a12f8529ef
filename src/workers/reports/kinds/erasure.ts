import type { Certified } from '../../../application/certificates/certificates.ts';
import { certificateSections, receiptSections } from '../../../documents/certificate-sections.ts';
import type { PlanReport, ReportContext, ReportPlan } from '../plan.ts';

/** Promises 10 and 11: what was hidden, what remains, on which ground, and by when it is erased. */
export const planErasureReceipt: PlanReport = async context => {
  const { sources, tenant } = context;
  const receipt = await sources.certificates.receipt(tenant.tenant, requestOf(context));
  return {
    ...receiptSections(receipt.document),
    standalone: { path: 'receipt.json', value: receipt.document },
    ...restingOn(receipt),
  };
};

/** Promises 9, 10, 29: what was erased, when, how, where, and from when on no backup brings it back. */
export const planErasureCertificate: PlanReport = async context => {
  const { sources, tenant } = context;
  const certificate = await sources.certificates.certificate(tenant.tenant, requestOf(context));
  return {
    ...certificateSections(certificate.document),
    standalone: { path: 'certificate.json', value: certificate.document },
    ...restingOn(certificate),
  };
};

function requestOf({ report }: ReportContext): string {
  if (report.request === null) throw new Error(`a report of kind ${report.kind} is about a deletion request`);
  return report.request;
}

const restingOn = ({ positions }: Certified<unknown>): Pick<ReportPlan, 'datasets' | 'evidence'> => ({
  datasets: [],
  evidence: () => [positions],
});
