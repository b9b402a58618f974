export * from '../finding.ts';
export { type Delivery, waitAfter } from '../notices/delivery.ts';
export { type MailServer, sendEmail } from '../notices/email.ts';
export { MOST_TOLD, type Notice, textOf } from '../notices/notice.ts';
export { isPostable, sendSlack, sendWebhook, signatureOf, webhookKey } from '../notices/webhook.ts';
export { reportedFinding } from '../reports/sameness.ts';
export { SELF_CHECKS, type SelfCheck, selfFinding } from '../self/checks.ts';
export * from './settle.ts';
