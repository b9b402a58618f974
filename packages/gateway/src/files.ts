export { CLEAR_POLICY_FILE, readClearPolicy } from './clear-policy.ts';
export { createPrivate, readIfThere, replacePrivate } from './remote/files.ts';
