/** Somebody's account in one workspace. Seconds since 1970 throughout. */
export interface UserRow {
  /** 32 hexadecimal digits. */
  id: string;
  workspace: string;
  /** What they sign in with; unique in the workspace. */
  name: string;
  role: string;
  /** The services that they are limited to; all when absent. */
  services?: string[];
  created: number;
  disabled: boolean;
  /** A PHC string; absent when they sign in otherwise. */
  password?: string;
  /** Who else vouches for them: an OIDC issuer and its name for them. */
  issuer?: string;
  subject?: string;
}

/** What may change of an account. */
export type UserChange = Partial<Pick<UserRow, 'role' | 'services' | 'disabled' | 'password'>>;

export interface PasskeyRow {
  /** Credential id, base64url. */
  id: string;
  workspace: string;
  user: string;
  /** COSE key. */
  publicKey: Uint8Array;
  counter: number;
  created: number;
  used?: number;
}

/** A way in that works once: kept as a hash of its code. */
export interface EnrolmentRow {
  /** SHA-256, 32 bytes. */
  hash: Uint8Array;
  workspace: string;
  user: string;
  expires: number;
}

/** A signed-in browser: kept as a hash of its cookie. */
export interface WebSessionRow {
  /** SHA-256, 32 bytes. */
  hash: Uint8Array;
  workspace: string;
  user: string;
  /** `password`, `passkey`, `link` or `oidc`. */
  method: string;
  created: number;
  /** When it was last used, to the minute. */
  seen: number;
  /** When it ends however much it is used. */
  expires: number;
}

/** Accounts, and how people sign in to them. Every method works on one workspace only. */
export interface AccountStore {
  /** False when the name, or issuer and subject, are taken. */
  addUser(user: UserRow): Promise<boolean>;
  users(workspace: string): Promise<UserRow[]>;
  findUser(
    workspace: string,
    by: { id: string } | { name: string } | { issuer: string; subject: string },
  ): Promise<UserRow | undefined>;
  /** False when there is no such account. */
  changeUser(workspace: string, id: string, change: UserChange): Promise<boolean>;

  addPasskey(passkey: PasskeyRow): Promise<boolean>;
  passkeys(workspace: string, user?: string): Promise<PasskeyRow[]>;
  findPasskey(workspace: string, id: string): Promise<PasskeyRow | undefined>;
  usePasskey(workspace: string, id: string, counter: number, now: number): Promise<void>;
  /** Removes the ways in that an account has: password, passkeys and open links. */
  dropCredentials(workspace: string, user: string): Promise<void>;

  /** Adds a link; earlier ones of the same account end. */
  addEnrolment(enrolment: EnrolmentRow): Promise<void>;
  /** Whose link it is, as long as it holds. */
  findEnrolment(workspace: string, hash: Uint8Array, now: number): Promise<string | undefined>;
  /** The same, and the link is used up: of two at once one gets it. */
  takeEnrolment(workspace: string, hash: Uint8Array, now: number): Promise<string | undefined>;

  addWebSession(session: WebSessionRow): Promise<void>;
  findWebSession(workspace: string, hash: Uint8Array): Promise<WebSessionRow | undefined>;
  webSessions(workspace: string, user: string): Promise<WebSessionRow[]>;
  seeWebSession(workspace: string, hash: Uint8Array, now: number): Promise<void>;
  /** Ends one session, or all of an account but `except`; and whatever has expired by `now`. */
  endWebSessions(
    workspace: string,
    which: { hash: Uint8Array } | { user: string; except?: Uint8Array } | { expiredBy: number },
  ): Promise<void>;
}
