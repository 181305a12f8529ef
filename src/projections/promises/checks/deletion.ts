import { finding, type Check } from '../finding.ts';

/** 10. Each request has hidden its asset in the step that accepted it; what the platform reports late is hidden once it does. */
export const deleteAnyTime: Check = async ({ deletions }) => {
  const { requests, unhidden, hideMsMedian, hideMsP99, toldLate, longestDelayMs } = await deletions();
  return finding({
    seen: requests,
    violations: unhidden,
    numbers: { requests, unhidden, hideMsMedian, hideMsP99, toldLate, longestDelayMs },
    says: `${requests - unhidden} of ${requests} deletion requests hid their asset, half of them within ${hideMsMedian ?? '–'} ms of reaching the service; ${toldLate} reached it later than they were made.`,
  });
};

/** 11. Hidden copies open for safety alone, and not beyond the window. */
export const abuseCopies: Check = async ({ deletions, retention }) => {
  const { copies, retained, openedForSafety, openedOtherwise } = await deletions();
  const { overdueHidden, lateHidden, beyondWindow: dated } = await retention();
  const beyondWindow = overdueHidden + lateHidden + dated;
  return finding({
    seen: copies,
    violations: beyondWindow + openedOtherwise,
    numbers: { copies, retained, openedForSafety, openedOtherwise, beyondWindow },
    says: `Of ${copies} copies kept for abuse monitoring ${retained} remain; ${openedForSafety} openings of a deleted asset were for safety and ${openedOtherwise} for something else; ${beyondWindow} were or are kept beyond the window.`,
  });
};

/** 29. An account is called erased once nothing of it is left, and is erased then. */
export const accountDeletion: Check = async ({ accounts }) => {
  const { deletions, erased, erasedWithAssetsLeft, overdue } = await accounts();
  return finding({
    seen: erased,
    violations: erasedWithAssetsLeft + overdue,
    numbers: { requested: deletions, erased, erasedWithAssetsLeft, overdue },
    says: `Of ${deletions} account deletions ${erased} are complete, ${erasedWithAssetsLeft} of them with assets left; ${overdue} are overdue.`,
  });
};

/** 42. What a user deletes alone is hidden and erased without anybody's help. */
export const selfService: Check = async ({ deletions, retention }) => {
  const { byUser, unhiddenByUser, hideMsMedian, hideMsP99, eraseMsMedian } = await deletions();
  const { overdueByUser } = await retention();
  return finding({
    seen: byUser,
    violations: unhiddenByUser + overdueByUser,
    numbers: {
      byUser,
      unhidden: unhiddenByUser,
      overdue: overdueByUser,
      hideMsMedian,
      hideMsP99,
      eraseMsMedian,
    },
    says: `Users deleted ${byUser} creations themselves: ${byUser - unhiddenByUser} were hidden, ${overdueByUser} are overdue for erasure.`,
  });
};
