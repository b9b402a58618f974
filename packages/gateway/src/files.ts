export { CLEAR_POLICY_FILE, readClearPolicy } from './clear-policy.ts';
export { OWN_RULES_FILE, readOwnRules } from './own-rules.ts';
export { createPrivate, readIfThere, replacePrivate } from './remote/files.ts';
