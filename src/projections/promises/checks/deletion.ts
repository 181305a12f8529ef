import { finding, type Check } from '../finding.ts';

/** 10. Each request has hidden its asset in the step that accepted it. */
export const deleteAnyTime: Check = async ({ deletions }) => {
  const { requests, unhidden, hideMsMedian, hideMsP99 } = await deletions();
  return finding({
    seen: requests,
    violations: unhidden,
    numbers: { requests, unhidden, hideMsMedian, hideMsP99 },
    says: `Of ${requests} deletion requests ${unhidden} have not hidden their asset.`,
  });
};

/** 11. Hidden copies open for safety alone, and not beyond the window. */
export const abuseCopies: Check = async ({ deletions, retention, tallies }) => {
  const { copies, retained, openedWhileHidden } = await deletions();
  const [{ overdueHidden }, book] = [await retention(), await tallies()];
  const openedForSafety = book
    .of('opening')
    .reduce((sum, [key, { n }]) => (key.startsWith('safety:') ? sum + n : sum), 0);
  return finding({
    seen: copies,
    violations: overdueHidden + openedWhileHidden,
    numbers: {
      copies,
      retained,
      openedForSafety,
      openedOtherwise: openedWhileHidden,
      beyondWindow: overdueHidden,
    },
    says: `Of ${copies} copies kept for abuse monitoring ${retained} remain; ${openedWhileHidden} were opened for something else and ${overdueHidden} are kept too long.`,
  });
};

/** 29. An account is called erased once nothing of it is left. */
export const accountDeletion: Check = async ({ accounts }) => {
  const { deletions, erased, erasedWithAssetsLeft } = await accounts();
  return finding({
    seen: erased,
    violations: erasedWithAssetsLeft,
    numbers: { requested: deletions, erased, erasedWithAssetsLeft },
    says: `Of ${deletions} account deletions ${erased} are complete, ${erasedWithAssetsLeft} of them with assets left.`,
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
    says: `Users deleted ${byUser} creations themselves; ${unhiddenByUser} are not hidden and ${overdueByUser} are overdue.`,
  });
};
