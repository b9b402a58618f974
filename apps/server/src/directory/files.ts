export { createPrivate, readIfThere, replacePrivate } from '@tacet/gateway/files';
