export * from '../finding.ts';
export { type Delivery, waitAfter } from '../notices/delivery.ts';
export { type MailServer, sendEmail } from '../notices/email.ts';
export { MOST_TOLD, type Notice, textOf } from '../notices/notice.ts';
export { isPostable, sendSlack, sendWebhook, webhookKey } from '../notices/webhook.ts';
export { reportedFinding } from '../reports/sameness.ts';
export { type SelfCheck, selfFinding } from '../self/checks.ts';
export * from './settle.ts';
