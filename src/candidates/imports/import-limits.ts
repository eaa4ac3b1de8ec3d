import type { ImportLimits } from '../invitation-import.service.js';

/** Of a file that the page's own button sends. */
export const largeLimits: ImportLimits = {
  maxBytes: 200 * 1024 * 1024,
  maxRows: 1_000_000,
  beyond: 'Split it and choose the parts, or use the command “import”.',
};
