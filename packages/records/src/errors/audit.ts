import { bad, codes } from './table.ts';

/** Looking for what is open to the world. */
export const auditErrors = codes({
  CONFIGURATION_UNREADABLE: bad,
  CONFIGURATION_INVALID: bad,
});
