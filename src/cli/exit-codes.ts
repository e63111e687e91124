/**
 * From sysexits.h, so that a supervisor can tell what a restart would not mend; `different`: of `reconcile`, as diff has it;
 * `warnings` and `faults`: of `doctor`, as monitoring plugins have it.
 */
export const exitCodes = {
  different: 1,
  warnings: 1,
  faults: 2,
  usage: 64,
  content: 65,
  unreadable: 66,
  unwritten: 73,
  configuration: 78,
} as const;
