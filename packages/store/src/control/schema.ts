import type { Generated, Kysely } from 'kysely';
import { sql } from 'kysely';

/** bytea: Buffer from one driver, Uint8Array from the other. */
type Bytes = Uint8Array;
/** bigint: text from one driver, number from the other; seconds and counts fit a double. */
type Big = number | string | bigint;

export interface ControlTables {
  schema_versions: { version: number };
  meta: { key: string; value: Bytes };
  records: { seq: Generated<Big>; workspace: string; kind: string; hash: Bytes; body: Bytes };
  sessions: { seq: Generated<Big>; id: Bytes; workspace: string; epoch: Big; record: Bytes };
  period_counters: { workspace: string; next: Big };
  periods: {
    workspace: string;
    period_no: Big;
    session: Bytes;
    period: Big;
    created: Big;
    time_min: Big | null;
    time_max: Big | null;
  };
  shares: {
    workspace: string;
    segment: Bytes;
    period_no: Big;
    key_id: string;
    wrapped: Bytes;
    created: Big;
    confirmed: Generated<boolean>;
  };
  tokens: {
    id: string;
    role: string;
    workspace: string;
    hash: Bytes;
    created: Big;
    expires: Big | null;
    used: Big | null;
    /** A JSON array of names. */
    services: string | null;
    label: string | null;
  };
  users: {
    id: string;
    workspace: string;
    name: string;
    role: string;
    services: string | null;
    created: Big;
    disabled: boolean;
    password: string | null;
    issuer: string | null;
    subject: string | null;
  };
  passkeys: {
    id: string;
    workspace: string;
    user_id: string;
    public_key: Bytes;
    counter: Big;
    created: Big;
    used: Big | null;
  };
  readings: { workspace: string; reader: string; day: Big; rows: Big };
  approvals: {
    id: string;
    workspace: string;
    reader: string;
    state: string;
    rows: Big;
    purpose: Bytes;
    asked: Big;
    decider: string | null;
    decided: Big | null;
    expires: Big | null;
  };
  enrolments: { hash: Bytes; workspace: string; user_id: string; expires: Big };
  web_sessions: {
    hash: Bytes;
    workspace: string;
    user_id: string;
    method: string;
    created: Big;
    seen: Big;
    expires: Big;
  };
  erasures: { seq: Generated<Big>; id: Bytes; workspace: string; body: Bytes };
  audit_runs: {
    seq: Generated<Big>;
    id: string;
    workspace: string;
    scope: string;
    state: string;
    started: Big;
    lease: Big;
    ended: Big | null;
    body: Bytes | null;
  };
  audit_findings: {
    workspace: string;
    fingerprint: string;
    severity: string;
    state: string;
    first_seen: Big;
    last_seen: Big;
    gone: Big | null;
    returns: Big;
    accepted_by: string | null;
    accepted_at: Big | null;
    accepted_until: Big | null;
    accepted_reason: Bytes | null;
    body: Bytes;
  };
  notices: {
    workspace: string;
    id: string;
    channel: string;
    created: Big;
    due: Big;
    attempts: Big;
    state: string;
    body: Bytes;
  };
  outside_reports: {
    workspace: string;
    id: string;
    fingerprint: string;
    state: string;
    received: Big;
    due: Big;
    answered: Big | null;
    told: Bytes | null;
    body: Bytes;
  };
}

export type ControlDatabase = Kysely<ControlTables>;

/** Number of the newest migration. */
export const CONTROL_VERSION = 6;

const FIRST: readonly string[] = [
  `CREATE TABLE meta (key text PRIMARY KEY, value bytea NOT NULL)`,
  `CREATE TABLE records (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace text NOT NULL, kind text NOT NULL, hash bytea NOT NULL, body bytea NOT NULL,
    UNIQUE (workspace, kind, hash))`,
  `CREATE TABLE sessions (
    seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    id bytea PRIMARY KEY, workspace text NOT NULL, epoch bigint NOT NULL, record bytea NOT NULL)`,
  `CREATE INDEX sessions_by_workspace ON sessions (workspace, seq)`,
  `CREATE TABLE period_counters (workspace text PRIMARY KEY, next bigint NOT NULL)`,
  `CREATE TABLE periods (
    workspace text NOT NULL, period_no bigint NOT NULL,
    session bytea NOT NULL REFERENCES sessions (id), period bigint NOT NULL, created bigint NOT NULL,
    time_min bigint, time_max bigint,
    PRIMARY KEY (workspace, period_no), UNIQUE (session, period))`,
  `CREATE TABLE shares (
    workspace text NOT NULL, segment bytea NOT NULL, period_no bigint NOT NULL,
    key_id text NOT NULL, wrapped bytea NOT NULL, created bigint NOT NULL,
    confirmed boolean NOT NULL DEFAULT false,
    PRIMARY KEY (workspace, segment))`,
  `CREATE INDEX shares_unconfirmed ON shares (created) WHERE NOT confirmed`,
  `CREATE TABLE tokens (
    id text PRIMARY KEY, kind text NOT NULL, workspace text NOT NULL, hash bytea NOT NULL,
    created bigint NOT NULL, expires bigint, used bigint)`,
];

/** Tokens have a role and may be limited to services. */
const ROLES: readonly string[] = [
  `ALTER TABLE tokens RENAME COLUMN kind TO role`,
  `ALTER TABLE tokens ADD COLUMN services text, ADD COLUMN label text`,
];

/** People have accounts, and browsers sessions. */
const ACCOUNTS: readonly string[] = [
  `CREATE TABLE users (
    id text PRIMARY KEY, workspace text NOT NULL, name text NOT NULL, role text NOT NULL, services text,
    created bigint NOT NULL, disabled boolean NOT NULL, password text, issuer text, subject text,
    UNIQUE (workspace, name), UNIQUE (workspace, issuer, subject))`,
  `CREATE TABLE passkeys (
    id text NOT NULL, workspace text NOT NULL, user_id text NOT NULL REFERENCES users (id),
    public_key bytea NOT NULL, counter bigint NOT NULL, created bigint NOT NULL, used bigint,
    PRIMARY KEY (workspace, id))`,
  `CREATE TABLE enrolments (
    hash bytea PRIMARY KEY, workspace text NOT NULL, user_id text NOT NULL REFERENCES users (id),
    expires bigint NOT NULL)`,
  `CREATE TABLE web_sessions (
    hash bytea PRIMARY KEY, workspace text NOT NULL, user_id text NOT NULL REFERENCES users (id),
    method text NOT NULL, created bigint NOT NULL, seen bigint NOT NULL, expires bigint NOT NULL)`,
];

/** How much everybody reads, and what second persons said of it. */
const READINGS: readonly string[] = [
  `CREATE TABLE readings (
    workspace text NOT NULL, reader text NOT NULL, day bigint NOT NULL, rows bigint NOT NULL,
    PRIMARY KEY (workspace, reader, day))`,
  `CREATE TABLE approvals (
    id text PRIMARY KEY, workspace text NOT NULL, reader text NOT NULL, state text NOT NULL,
    rows bigint NOT NULL, purpose bytea NOT NULL, asked bigint NOT NULL,
    decider text, decided bigint, expires bigint)`,
  `CREATE UNIQUE INDEX approvals_waiting ON approvals (workspace, reader) WHERE state = 'waiting'`,
];

const ERASURES: readonly string[] = [
  `CREATE TABLE erasures (
    seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    id bytea PRIMARY KEY, workspace text NOT NULL, body bytea NOT NULL)`,
];

/** What audits found, what is told of it, and what outsiders report. */
const AUDITS: readonly string[] = [
  `CREATE TABLE audit_runs (
    seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    workspace text NOT NULL, id text NOT NULL, scope text NOT NULL, state text NOT NULL,
    started bigint NOT NULL, lease bigint NOT NULL, ended bigint, body bytea,
    PRIMARY KEY (workspace, id))`,
  `CREATE UNIQUE INDEX audit_runs_under_way ON audit_runs (workspace, scope) WHERE state = 'running'`,
  `CREATE TABLE audit_findings (
    workspace text NOT NULL, fingerprint text NOT NULL, severity text NOT NULL, state text NOT NULL,
    first_seen bigint NOT NULL, last_seen bigint NOT NULL, gone bigint, returns bigint NOT NULL,
    accepted_by text, accepted_at bigint, accepted_until bigint, accepted_reason bytea,
    body bytea NOT NULL,
    PRIMARY KEY (workspace, fingerprint))`,
  `CREATE TABLE notices (
    workspace text NOT NULL, id text NOT NULL, channel text NOT NULL, created bigint NOT NULL,
    due bigint NOT NULL, attempts bigint NOT NULL, state text NOT NULL, body bytea NOT NULL,
    PRIMARY KEY (workspace, id))`,
  `CREATE TABLE outside_reports (
    workspace text NOT NULL, id text NOT NULL, fingerprint text NOT NULL, state text NOT NULL,
    received bigint NOT NULL, due bigint NOT NULL, answered bigint, told bytea, body bytea NOT NULL,
    PRIMARY KEY (workspace, id))`,
  `CREATE INDEX outside_reports_by_time ON outside_reports (workspace, received)`,
];

/** Statements of each migration by its number; each migration runs in one transaction. */
export const CONTROL_MIGRATIONS: ReadonlyMap<number, readonly string[]> = new Map([
  [1, FIRST],
  [2, ROLES],
  [3, ACCOUNTS],
  [4, READINGS],
  [5, ERASURES],
  [6, AUDITS],
]);

/** Runs a statement that Kysely's builder has no words for. */
export async function run(database: ControlDatabase, statement: string): Promise<void> {
  await sql.raw(statement).execute(database);
}
