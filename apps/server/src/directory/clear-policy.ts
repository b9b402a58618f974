export { CLEAR_POLICY_FILE, readClearPolicy } from '@tacet/gateway/files';
