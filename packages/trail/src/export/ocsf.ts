import type { Json } from '@tacet/records';
import type { EntryKind, LoggedEntry } from '../proof/entry.ts';

/** Entries as events of the Open Cybersecurity Schema Framework, for a SIEM. */
export const OCSF_VERSION = '1.3.0';

const CLASSES = {
  accountChange: { uid: 3001, name: 'Account Change' },
  authentication: { uid: 3002, name: 'Authentication' },
  entityManagement: { uid: 3004, name: 'Entity Management' },
  lifecycle: { uid: 6002, name: 'Application Lifecycle' },
  datastore: { uid: 6005, name: 'Datastore Activity' },
} as const;

const ACTIVITY = {
  accountChange: { Create: 1, Disable: 5, Delete: 6 },
  authentication: { Logon: 1, Logoff: 2 },
  entityManagement: { Create: 1, Update: 3, Delete: 4 },
  lifecycle: { Start: 3, Stop: 4 },
  datastore: { Read: 1, Update: 2, Query: 4, Write: 5, Delete: 7 },
} as const satisfies Record<keyof typeof CLASSES, Record<string, number>>;

const OTHER = 99;
const SEVERITY = { informational: 1, low: 2, high: 4 } as const;

interface Mapping {
  class: keyof typeof CLASSES;
  /** One of the class's own, or any other name. */
  activity: string;
  severity?: keyof typeof SEVERITY;
  failed?: true;
}

/** What an entry's `event` fact says happened, as the classes call it. */
const EVENTS: Readonly<Record<string, string>> = {
  created: 'Create',
  changed: 'Update',
  disabled: 'Disable',
  removed: 'Delete',
  revoked: 'Delete',
};

/** The class and activity of each kind of entry; docs/trail.md has the same as a table. */
export const OCSF_CLASS: Record<EntryKind, Mapping> = {
  founded: { class: 'entityManagement', activity: 'Create' },
  session: { class: 'lifecycle', activity: 'Start' },
  statement: { class: 'lifecycle', activity: 'Heartbeat' },
  segments: { class: 'datastore', activity: 'Write' },
  superseded: { class: 'datastore', activity: 'Update' },
  removed: { class: 'datastore', activity: 'Delete' },
  forked: { class: 'datastore', activity: 'Fork', severity: 'high' },
  search: { class: 'datastore', activity: 'Query' },
  release: { class: 'datastore', activity: 'Read' },
  export: { class: 'datastore', activity: 'Read' },
  keys: { class: 'entityManagement', activity: 'Update' },
  'keys-refused': { class: 'entityManagement', activity: 'Update', severity: 'high', failed: true },
  policy: { class: 'entityManagement', activity: 'Update' },
  account: { class: 'accountChange', activity: 'Update' },
  login: { class: 'authentication', activity: 'Logon' },
  logout: { class: 'authentication', activity: 'Logoff' },
  token: { class: 'entityManagement', activity: 'Update' },
  approval: { class: 'entityManagement', activity: 'Approval' },
  erasure: { class: 'datastore', activity: 'Delete' },
  retention: { class: 'datastore', activity: 'Delete' },
  audit: { class: 'entityManagement', activity: 'Audit' },
  failure: { class: 'authentication', activity: 'Logon', severity: 'low', failed: true },
};

const UNKNOWN: Mapping = { class: 'entityManagement', activity: 'Unknown' };

/** What each class asks for beyond what every event has. */
function required(mapping: Mapping, { workspace, actor, kind }: LoggedEntry, origin: string) {
  switch (mapping.class) {
    case 'datastore':
      return { src_endpoint: { uid: actor }, table: { name: workspace, uid: origin } };
    case 'lifecycle':
      return { app: { name: 'Tacet', uid: origin } };
    case 'authentication':
      return { user: { uid: actor }, service: { name: 'Tacet', uid: origin } };
    case 'accountChange':
      return { user: { uid: actor } };
    case 'entityManagement':
      return { entity: { name: kind, type: kind, uid: workspace } };
  }
}

/**
 * The OCSF event of an entry; `origin` and `index` are its place in the log, by which it can be proven.
 * Facts go to `unmapped` as they are.
 */
export function toOcsf(entry: LoggedEntry, origin: string, index: number): { [name: string]: Json } {
  const mapping = Object.hasOwn(OCSF_CLASS, entry.kind) ? OCSF_CLASS[entry.kind as EntryKind] : UNKNOWN;
  const { uid, name } = CLASSES[mapping.class];
  const { event, count } = entry.facts;
  const activities: Readonly<Record<string, number>> = ACTIVITY[mapping.class];
  const activity = (typeof event === 'string' && EVENTS[event]) || mapping.activity;
  const activityId = activities[activity] ?? OTHER;
  const severity = mapping.severity ?? 'informational';
  return {
    activity_id: activityId,
    activity_name: activity,
    category_uid: Math.floor(uid / 1000),
    class_uid: uid,
    class_name: name,
    type_uid: uid * 100 + activityId,
    time: Date.parse(entry.time),
    severity_id: SEVERITY[severity],
    status_id: mapping.failed ? 2 : 1,
    ...(typeof count === 'number' && { count }),
    metadata: {
      version: OCSF_VERSION,
      product: { name: 'Tacet', vendor_name: 'Tacet' },
      uid: `${origin}#${index}`,
      event_code: entry.kind,
      log_name: 'trail',
    },
    actor: { user: { uid: entry.actor } },
    ...required(mapping, entry, origin),
    unmapped: { facts: entry.facts, commitments: entry.commitments },
  };
}
